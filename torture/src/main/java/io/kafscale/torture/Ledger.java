package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a {@link LedgerFile} has written, also of a process that was killed. */
final class Ledger {

    private static final int FIRST_RECORD = 4;
    private static final int HEXADECIMAL = 16;

    private Ledger() {}

    /**
     * The dispatches of one process, in the order in which they began.
     *
     * @throws IOException when the file cannot be read
     */
    static List<Dispatch> read(String process, Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Map<String, Dispatch> byNumber = new LinkedHashMap<>();
        // What comes after the last line end was cut off when the process was killed: that write was not confirmed.
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> {
            String[] fields = line.split(" ", -1);
            switch (fields[0]) {
                case "begin" -> byNumber.put(fields[1], begun(process, fields));
                case "part" -> byNumber.computeIfPresent(fields[1], (number, begun) -> begun.withPart(part(fields)));
                default -> byNumber.computeIfPresent(fields[1], (number, begun) -> begun.withEnd(end(fields)));
            }
        });
        return new ArrayList<>(byNumber.values());
    }

    private static Dispatch begun(String process, String[] fields) {
        return new Dispatch(
                process,
                new TopicPartition(fields[3], Integer.parseInt(fields[4])),
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6]),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[2]),
                !fields[9].equals("0"),
                List.of(),
                null);
    }

    private static Dispatch.Part part(String[] fields) {
        return new Dispatch.Part(Long.parseLong(fields[2]), Long.parseLong(fields[3]), records(fields));
    }

    private static Dispatch.End end(String[] fields) {
        return new Dispatch.End(Long.parseLong(fields[2]), fields[3].equals("confirmed"), records(fields));
    }

    private static List<Dispatch.Written> records(String[] fields) {
        List<Dispatch.Written> records = new ArrayList<>();
        for (int i = FIRST_RECORD; i < fields.length; i++) {
            int colon = fields[i].indexOf(':');
            records.add(new Dispatch.Written(
                    Long.parseLong(fields[i].substring(0, colon)),
                    Long.parseLong(fields[i].substring(colon + 1), HEXADECIMAL)));
        }
        return records;
    }
}
