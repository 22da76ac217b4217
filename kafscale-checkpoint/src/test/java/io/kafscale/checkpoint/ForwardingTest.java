package io.kafscale.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A method with a default that is not passed on would quietly answer for the store behind. */
class ForwardingTest {

    private final List<Method> arrived = new ArrayList<>();

    private <T> T behind(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    arrived.add(method);
                    return null;
                }));
    }

    /** All but joining without a subscription, which calls the other way to join. */
    static List<Method> ofStores() {
        return Arrays.stream(CheckpointStore.class.getDeclaredMethods())
                .filter(method -> !(method.getName().equals("join") && method.getParameterCount() == 2))
                .toList();
    }

    static List<Method> ofSessions() {
        return List.of(GroupSession.class.getDeclaredMethods());
    }

    @ParameterizedTest
    @MethodSource("ofStores")
    void store_passesOn(Method method) throws Exception {
        CheckpointStore store = new ForwardingCheckpointStore(behind(CheckpointStore.class)) {};
        method.invoke(store, new Object[method.getParameterCount()]);
        assertThat(arrived).containsExactly(method);
    }

    @ParameterizedTest
    @MethodSource("ofSessions")
    void session_passesOn(Method method) throws Exception {
        GroupSession session = new ForwardingGroupSession(behind(GroupSession.class)) {};
        method.invoke(session, new Object[method.getParameterCount()]);
        assertThat(arrived).containsExactly(method);
    }
}
