package io.kafscale.config;

import java.util.regex.Pattern;

/**
 * A table with a row for each record. Its name goes into statements as it is, so that only what is surely a name is one.
 *
 * <pre>
 *  topic             VARCHAR
 *  partition_no      INTEGER
 *  record_offset     BIGINT
 *  record_timestamp  BIGINT   Unix milliseconds
 *  record_key        text or binary, or null
 *  record_value      text or binary, or null
 *  record_headers    text: a JSON array of [name, value]
 * </pre>
 *
 * @param name of the table, before which that of a schema and a dot may stand
 * @param bytes how keys and values are kept
 */
record JdbcTable(String name, JdbcBytes bytes) {

    private static final String NAME_PART = "[A-Za-z_][A-Za-z0-9_]{0,62}";
    private static final Pattern NAME = Pattern.compile(NAME_PART + "(\\." + NAME_PART + ")?");
    private static final String COLUMNS =
            "topic, partition_no, record_offset, record_timestamp, record_key, record_value, record_headers";

    JdbcTable {
        checkName(name);
    }

    /** @throws IllegalArgumentException when it is no name of a table; says what one is */
    static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a table: it takes up to 63 of a-z, A-Z, 0-9"
                            + " and '_', no digit first; before it a schema's name of the same kind and a dot may stand");
        }
    }

    String insert() {
        return "INSERT INTO " + name + " (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)";
    }

    /** A query that fails unless the table is there with all columns. */
    String probe() {
        return "SELECT " + COLUMNS + " FROM " + name + " WHERE 1 = 0";
    }

    /** Makes it in a database that is called so. It has no key: records come again after a seek. */
    String ddl(String product) {
        boolean isMySql = product.equals("MariaDB") || product.equals("MySQL");
        return """
                CREATE TABLE %s (
                  topic VARCHAR(249) NOT NULL,
                  partition_no INTEGER NOT NULL,
                  record_offset BIGINT NOT NULL,
                  record_timestamp BIGINT NOT NULL,
                  record_key %s,
                  record_value %s,
                  record_headers %s NOT NULL
                )%s""".formatted(
                        name,
                        bytes.columnType(product),
                        bytes.columnType(product),
                        JdbcBytes.TEXT.columnType(product),
                        // Not every engine has transactions, nor every character set all characters.
                        isMySql ? " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "");
    }
}
