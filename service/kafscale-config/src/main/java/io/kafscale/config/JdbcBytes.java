package io.kafscale.config;

import io.kafscale.segment.ByteSlice;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How keys and values are kept in a table. */
enum JdbcBytes {
    /** As text; bytes that are no UTF-8 are refused rather than altered. */
    TEXT,
    /** As they are. */
    BINARY;

    /** Sets one as a statement's value. */
    void set(PreparedStatement statement, int index, @Nullable ByteSlice bytes)
            throws SQLException, CharacterCodingException {
        if (this == BINARY) {
            statement.setBytes(index, bytes == null ? null : bytes.toBytes());
        } else {
            statement.setString(index, bytes == null ? null : decode(bytes));
        }
    }

    private static String decode(ByteSlice bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
    }

    /** The type of a column for them in a database that is called so. */
    String columnType(String product) {
        return switch (product) {
            case "PostgreSQL" -> this == TEXT ? "TEXT" : "BYTEA";
            case "MariaDB", "MySQL" -> this == TEXT ? "LONGTEXT" : "LONGBLOB";
            case "H2" -> this == TEXT ? "CLOB" : "BLOB";
            default -> this == TEXT ? "TEXT" : "BLOB";
        };
    }
}
