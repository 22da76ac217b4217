package io.kafscale.jdbc;

/** In this process's memory, until it ends. */
final class H2Database implements TestDatabase {

    @Override
    public String create(String name) {
        return "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1";
    }

    @Override
    public void close() {}
}
