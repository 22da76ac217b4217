package io.kafscale.cli;

import static io.kafscale.cli.CommandRun.GOLDEN_SEGMENTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DumpCommandTest {

    @TempDir
    private Path directory;

    @Test
    void jsonl_ofTheGoldenSet_isWhatKafkasConsumerRead() throws IOException {
        CommandRun run = CommandRun.of("dump", GOLDEN_SEGMENTS, "--format", "jsonl", "--bytes", "base64");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        List<JsonNode> expected = ExpectedLines.ofTheGoldenSet();
        List<JsonNode> dumped =
                run.lines().stream().map(ExpectedLines::ofDumped).toList();
        for (int i = 0; i < Math.min(expected.size(), dumped.size()); i++) {
            assertThat(dumped.get(i)).as("line %d", i).isEqualTo(expected.get(i));
        }
        assertThat(dumped).hasSameSizeAs(expected);
    }

    @Test
    void jsonl_ofARecord_hasItsMembersInOrder() {
        CommandRun run = CommandRun.of("dump", GOLDEN_SEGMENTS, "--topic", "one", "--format", "jsonl");
        assertThat(run.out())
                .isEqualTo("{\"topic\":\"one\",\"partition\":0,\"offset\":0,\"timestamp\":1767225600000,"
                        + "\"timestampType\":\"CreateTime\",\"key\":\"k\",\"value\":\"v\",\"headers\":[]}\n");
    }

    @Test
    void bytes_inEachForm_areWrittenSo() throws IOException {
        write(0, new RecordBatchBuilder().record("k\n", "\u00e9", Map.of("h", "x")));
        assertThat(dump("--bytes", "utf8").out())
                .contains("\"key\":\"k\\n\",\"value\":\"\u00e9\",\"headers\":[[\"h\",\"x\"]]");
        assertThat(dump("--bytes", "base64").out())
                .contains("\"key\":\"awo=\",\"value\":\"w6k=\",\"headers\":[[\"h\",\"eA==\"]]");
        assertThat(dump("--bytes", "hex").out())
                .contains("\"key\":\"6b0a\",\"value\":\"c3a9\",\"headers\":[[\"h\",\"78\"]]");
    }

    @Test
    void selection_byTopicPartitionOffsetAndLimit_isExact() {
        List<String> lines = CommandRun.of(
                        "dump",
                        GOLDEN_SEGMENTS,
                        "--topic=orders",
                        "--partition=1",
                        "--from-offset=409",
                        "--limit=3",
                        "--format=jsonl")
                .lines();
        assertThat(lines).hasSize(3).allMatch(line -> line.startsWith("{\"topic\":\"orders\",\"partition\":1,"));
        assertThat(lines.get(0)).contains("\"offset\":409,");
        assertThat(lines.get(2)).contains("\"offset\":411,");
        assertThat(CommandRun.of("dump", GOLDEN_SEGMENTS, "--limit=0").out()).isEmpty();
        assertThat(CommandRun.of("dump", GOLDEN_SEGMENTS, "--from-offset=1999", "--format=jsonl")
                        .lines())
                .as("three from each of five topics")
                .hasSize(15);
    }

    @Test
    void file_inAPartitionsDirectory_knowsWhoseItIs() {
        Path file = GOLDEN_SEGMENTS.resolve("orders/2/segment-00000000000000000408.kfs");
        CommandRun run = CommandRun.of("dump", file, "--format=jsonl", "--from-offset=500", "--limit=1");
        assertThat(run.out()).startsWith("{\"topic\":\"orders\",\"partition\":2,\"offset\":500,");
        assertThat(CommandRun.of("dump", file, "--topic=other").err())
                .endsWith("segment-00000000000000000408.kfs is of orders-2, which --topic and --partition leave out"
                        + " (kafscale dump --help tells more)\n");
    }

    @Test
    void file_elsewhere_isReadWithoutATopicOrUnderTheGivenOne() throws IOException {
        Path copy = directory.resolve("copy.kfs");
        Files.copy(GOLDEN_SEGMENTS.resolve("one/0/segment-00000000000000000000.kfs"), copy);
        assertThat(CommandRun.of("dump", copy, "--format=jsonl").out())
                .startsWith("{\"topic\":null,\"partition\":null,\"offset\":0,");
        assertThat(CommandRun.of("dump", copy, "--format=jsonl", "--topic=t", "--partition=7")
                        .out())
                .startsWith("{\"topic\":\"t\",\"partition\":7,\"offset\":0,");
    }

    @Test
    void text_ofAnyRecord_isOneAlignedLineWithDate() throws IOException {
        write(
                0,
                new RecordBatchBuilder()
                        .logAppendTime(1767225600007L)
                        .record(null, "\u001b[2Jline\none", Map.of("a", "1"))
                        .record("key", "x".repeat(5000), Map.of())
                        .record("", "v", Map.of()));
        List<String> lines = CommandRun.of("dump", directory.resolve("prod")).lines();
        assertThat(lines)
                .containsExactly(
                        "PARTITION        OFFSET  TIMESTAMP (UTC)           KEY                       VALUE"
                                + " ".repeat(59) + "  HEADERS",
                        "orders-0              0  2026-01-01 00:00:00.007*  null                      "
                                + "\\u001b[2Jline\\none" + " ".repeat(46) + "  a=1",
                        "orders-0              1  2026-01-01 00:00:00.007*  key                       " + "x".repeat(53)
                                + "… (4.9 KiB)",
                        "orders-0              2  2026-01-01 00:00:00.007*  \"\"                        v");
    }

    @Test
    void findings_inTheLog_areWarningsAndNothingIsLeftOutSilently() throws IOException {
        write(0, new RecordBatchBuilder().record("k", "v"));
        write(5, new RecordBatchBuilder().record("k", "v"));
        Files.delete(partition().resolve("segment-00000000000000000005.index"));
        write(9, new RecordBatchBuilder().record("k", "v"));
        CommandRun run = dump();
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(2);
        assertThat(run.err().lines())
                .satisfiesExactly(
                        orphan -> assertThat(orphan)
                                .startsWith("kafscale: warning: orders-0: ")
                                .contains("segment-00000000000000000005.kfs has no counterpart"),
                        gap -> assertThat(gap)
                                .startsWith("kafscale: warning: orders-0 has no segment with offsets 1 to 8:"));
    }

    @Test
    void segment_damaged_endsWithOneLineAfterWhatCouldBeRead() throws IOException {
        write(0, new RecordBatchBuilder().record("k", "v"));
        write(1, new RecordBatchBuilder().record("k", "v"));
        Path damaged = partition().resolve("segment-00000000000000000001.kfs");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[60] ^= 4;
        Files.write(damaged, bytes);
        CommandRun run = dump();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "kafscale: " + damaged.toRealPath() + ": the CRC-32C in the footer does not match the body");
        assertThat(dump("--debug").err()).contains("at io.kafscale.segment.");
    }

    @Test
    void output_pipeClosed_endsQuietly() {
        CommandRun run = CommandRun.into(failing("Broken pipe"), false, "dump", GOLDEN_SEGMENTS);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void output_diskFull_isAnError() {
        CommandRun run = CommandRun.into(failing("No space left on device"), false, "dump", GOLDEN_SEGMENTS);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("kafscale: cannot write the output: No space left on device\n");
    }

    @Test
    void usage_wrong_isOneLineThatSaysWhatIsRight() {
        assertMisused("kafscale: Missing required parameter: 'LOCATION' (kafscale dump --help tells more)", "dump");
        assertMisused("kafscale: there is no file or directory nowhere", "dump", "nowhere");
        assertMisused(
                "kafscale: --endpoint, --region and --path-style are for s3:// only, and . is not"
                        + " (kafscale dump --help tells more)",
                "dump",
                ".",
                "--path-style");
        assertMisused(
                "kafscale: --partition, --from-offset and --limit are 0 or more (kafscale dump --help tells more)",
                "dump",
                GOLDEN_SEGMENTS,
                "--limit=-1");
        assertMisused(
                "kafscale: there is no such partition; there are [edge-0, java-gzip-0, java-lz4-0, java-none-0,"
                        + " java-snappy-0, java-zstd-0, one-0, orders-0, orders-1, orders-2]",
                "dump",
                GOLDEN_SEGMENTS,
                "--topic=nix");
        assertMisused(
                "kafscale: s3:// is not a place in S3; give it as s3://bucket/namespace"
                        + " (kafscale dump --help tells more)",
                "dump",
                "s3://");
        assertMisused("kafscale: Missing required subcommand (kafscale --help tells more)");
    }

    @Test
    void directory_thatIsNoNamespace_namesTheOneThatIs() {
        for (String wrong : List.of("", "segments", "segments/golden/orders", "segments/golden/orders/1")) {
            Path place = CommandRun.GOLDEN.resolve(wrong);
            CommandRun run = CommandRun.of("dump", place);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("kafscale: no topics under " + place.normalize() + "; give the namespace: "
                            + GOLDEN_SEGMENTS + "\n");
        }
        assertMisused("kafscale: no topics under " + directory + ", and no segments", "dump", directory);
    }

    @Test
    void link_toTheNamespace_isFollowed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), GOLDEN_SEGMENTS);
        assertThat(CommandRun.of("dump", link, "--topic=one").lines()).hasSize(2);
    }

    private CommandRun dump(String... options) {
        Object[] words = new Object[options.length + 3];
        words[0] = "dump";
        words[1] = directory.resolve("prod");
        words[2] = "--format=jsonl";
        System.arraycopy(options, 0, words, 3, options.length);
        return CommandRun.of(words);
    }

    private Path partition() {
        return directory.resolve("prod/orders/0");
    }

    private void write(long baseOffset, RecordBatchBuilder batch) throws IOException {
        new SegmentWriter(baseOffset, 0).append(batch.build()).finish().writeTo(partition());
    }

    private static void assertMisused(String line, Object... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err()).isEqualTo(line + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                if (taken.size() > 100_000) {
                    throw new IOException(reason);
                }
                taken.write(bytes, from, count);
            }

            @Override
            public String toString() {
                return taken.toString(UTF_8);
            }
        };
    }
}
