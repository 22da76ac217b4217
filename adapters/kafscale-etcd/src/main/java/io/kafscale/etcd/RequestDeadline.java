package io.kafscale.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Gives every request a deadline, of which etcd learns too: it drops a transaction that it did not get round to in time, so
 * that few writes land after they were given up. Watches are meant to last and have none.
 */
final class RequestDeadline implements ClientInterceptor {

    private static final String WATCH = "etcdserverpb.Watch";

    private final Duration timeout;

    RequestDeadline(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return WATCH.equals(method.getServiceName())
                ? next.newCall(method, options)
                : next.newCall(method, options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }
}
