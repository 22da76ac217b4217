package io.kafscale.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes the names of the requests that a client sends. */
final class RequestCounter implements ClientInterceptor {

    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        requests.add(method.getBareMethodName());
        return next.newCall(method, options);
    }

    /** Those since this was called last. */
    List<String> take() {
        List<String> taken = new ArrayList<>();
        for (String request = requests.poll(); request != null; request = requests.poll()) {
            taken.add(request);
        }
        return taken;
    }
}
