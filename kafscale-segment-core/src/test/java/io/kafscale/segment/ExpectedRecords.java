package io.kafscale.segment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The golden data, and records in the shape of its expected lines. */
final class ExpectedRecords {

    static final Path GOLDEN = Path.of(System.getProperty("kafscale.golden"));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_WRITTEN_OUT = 2048;

    private ExpectedRecords() {}

    /** All partitions as {@code topic/partition}. */
    static List<String> partitions() throws Exception {
        Path expected = GOLDEN.resolve("expected");
        try (Stream<Path> files = Files.walk(expected)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> expected.relativize(file).toString().replace(".jsonl", ""))
                    .sorted()
                    .toList();
        }
    }

    static List<JsonNode> of(String partition) throws Exception {
        return Files.readAllLines(GOLDEN.resolve("expected/" + partition + ".jsonl")).stream()
                .map(JSON::readTree)
                .toList();
    }

    static List<Path> segments(String partition) throws Exception {
        try (Stream<Path> files = Files.list(GOLDEN.resolve("segments/golden/" + partition))) {
            return files.filter(file -> file.toString().endsWith(".kfs"))
                    .sorted()
                    .toList();
        }
    }

    static JsonNode line(RecordView record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("offset", record.offset());
        line.put("timestamp", record.timestamp());
        line.put("timestampType", record.timestampType().toString());
        line.put("key", bytes(record.key()));
        line.put("value", bytes(record.value()));
        List<Object> headers = new ArrayList<>();
        HeaderCursor cursor = record.headers();
        while (cursor.next()) {
            List<Object> header = new ArrayList<>();
            header.add(cursor.key());
            header.add(bytes(cursor.value()));
            headers.add(header);
        }
        line.put("headers", headers);
        return JSON.readTree(JSON.writeValueAsString(line));
    }

    private static Object bytes(ByteSlice slice) {
        if (slice == null) {
            return null;
        }
        byte[] bytes = slice.toBytes();
        if (bytes.length <= LONGEST_WRITTEN_OUT) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Map.of("len", bytes.length, "sha256", HexFormat.of().formatHex(digest));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
