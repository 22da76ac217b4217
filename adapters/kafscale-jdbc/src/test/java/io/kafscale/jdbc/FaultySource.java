package io.kafscale.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/**
 * A real data source whose statements are listed, and on which the reply to one can be lost: the database executed it, and the
 * connection is dead from there on.
 */
final class FaultySource {

    private final DataSource real;
    private final List<String> executed = new CopyOnWriteArrayList<>();
    private volatile String losing;
    private volatile String awaited;
    private volatile Runnable interruption;

    FaultySource(DataSource real) {
        this.real = real;
    }

    DataSource source() {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(real, method, arguments);
            return result instanceof Connection connection ? new Wire().watch(connection) : result;
        });
    }

    /** What was executed since it was last asked: the first two words of each statement, and {@code commit}. */
    List<String> takeExecuted() {
        List<String> taken = List.copyOf(executed);
        executed.clear();
        return taken;
    }

    /** Loses the reply to the next statement whose text begins like this, or to the next {@code commit}. */
    void loseReplyTo(String beginning) {
        losing = beginning;
    }

    /** Does something, once, just before the next statement that begins like this. */
    void before(String beginning, Runnable action) {
        awaited = beginning;
        interruption = action;
    }

    boolean isStillToLose() {
        return losing != null;
    }

    /** One connection. */
    private final class Wire {
        private volatile boolean isCut;

        Connection watch(Connection connection) {
            return proxy(Connection.class, (self, method, arguments) -> {
                if (method.getName().equals("commit")) {
                    return execute("commit", connection, method, arguments);
                }
                Object result = call(connection, method, arguments);
                return result instanceof PreparedStatement statement ? watch(statement, (String) arguments[0]) : result;
            });
        }

        private PreparedStatement watch(PreparedStatement statement, String sql) {
            return proxy(
                    PreparedStatement.class,
                    (self, method, arguments) -> method.getName().startsWith("execute")
                            ? execute(sql, statement, method, arguments)
                            : call(statement, method, arguments));
        }

        private Object execute(String sql, Object target, Method method, Object[] arguments) throws Throwable {
            if (isCut) {
                throw new SQLException("the connection is closed");
            }
            if (awaited != null && sql.startsWith(awaited)) {
                awaited = null;
                interruption.run();
            }
            Object result = call(target, method, arguments);
            String[] words = sql.split("\\s+", 3);
            executed.add(words.length == 1 ? sql : words[0] + " " + words[1]);
            if (losing != null && sql.startsWith(losing)) {
                losing = null;
                isCut = true;
                throw new SQLException("the connection was reset");
            }
            return result;
        }
    }

    static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The connection, which its user cannot close. */
    static Connection unclosed(Connection connection) {
        return proxy(
                Connection.class,
                (self, method, arguments) ->
                        method.getName().equals("close") ? null : call(connection, method, arguments));
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
