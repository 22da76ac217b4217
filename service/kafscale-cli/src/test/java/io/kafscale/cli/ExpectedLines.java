package io.kafscale.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The golden set's expected lines, and dumped lines in their shape: they name no topic and partition, and of bytes longer
 * than 2,048 they hold length and hash.
 */
final class ExpectedLines {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_WRITTEN_OUT = 2048;

    private ExpectedLines() {}

    /** All expected lines, partition after partition, each with the members that a dump puts before. */
    static List<JsonNode> ofTheGoldenSet() throws IOException {
        Path expected = CommandRun.GOLDEN.resolve("expected");
        List<JsonNode> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(expected)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String topic = file.getParent().getFileName().toString();
                int partition = Integer.parseInt(file.getFileName().toString().replace(".jsonl", ""));
                for (String line : Files.readAllLines(file)) {
                    ObjectNode node = JSON.createObjectNode();
                    node.put("topic", topic);
                    node.put("partition", partition);
                    JSON.readTree(line).properties().forEach(member -> node.set(member.getKey(), member.getValue()));
                    lines.add(node);
                }
            }
        }
        return lines;
    }

    /** A line of {@code dump --format jsonl --bytes base64}. */
    static JsonNode ofDumped(String line) {
        ObjectNode node = (ObjectNode) JSON.readTree(line);
        node.set("key", shortened(node.get("key")));
        node.set("value", shortened(node.get("value")));
        ArrayNode headers = (ArrayNode) node.get("headers");
        headers.forEach(header -> ((ArrayNode) header).set(1, shortened(header.get(1))));
        return node;
    }

    private static JsonNode shortened(JsonNode base64) {
        if (base64.isNull()) {
            return base64;
        }
        byte[] bytes = Base64.getDecoder().decode(base64.asString());
        if (bytes.length <= LONGEST_WRITTEN_OUT) {
            return base64;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            ObjectNode node = JSON.createObjectNode();
            node.put("len", bytes.length);
            node.put("sha256", HexFormat.of().formatHex(digest));
            return node;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
