package io.kafscale.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.util.ArrayDeque;
import java.util.Queue;

/** A network that keeps transactions to itself, lets them fail, and delivers them whenever the test says so. */
final class LateDelivery implements ClientInterceptor {

    private final Queue<Runnable> kept = new ArrayDeque<>();
    private boolean keeping;

    synchronized void keep() {
        keeping = true;
    }

    synchronized void passOn() {
        keeping = false;
    }

    synchronized boolean isKeeping() {
        return keeping;
    }

    /** Delivers the oldest that is kept, and waits until etcd has answered. */
    synchronized void deliverOne() {
        kept.remove().run();
    }

    /** Delivers all that is kept, oldest first, and waits until etcd has answered. */
    synchronized void deliverAll() {
        while (!kept.isEmpty()) {
            deliverOne();
        }
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        if (!isKeeping() || !method.getFullMethodName().equals("etcdserverpb.KV/Txn")) {
            return next.newCall(method, options);
        }
        return new ClientCall<>() {
            private Listener<A> listener;

            @Override
            public void start(Listener<A> responseListener, Metadata headers) {
                listener = responseListener;
            }

            @Override
            public void sendMessage(Q message) {
                synchronized (LateDelivery.this) {
                    kept.add(() -> ClientCalls.blockingUnaryCall(next, method, CallOptions.DEFAULT, message));
                }
            }

            @Override
            public void halfClose() {
                listener.onClose(Status.UNAVAILABLE.withDescription("late on purpose"), new Metadata());
            }

            @Override
            public void request(int numMessages) {}

            @Override
            public void cancel(String message, Throwable cause) {}
        };
    }
}
