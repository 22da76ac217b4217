package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The service takes over from a Go processor, with a file of its shape, over S3 and etcd. */
class GoHandOverIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BUCKET = "log";

    @TempDir
    private Path directory;

    private static void fill(URI endpoint) throws IOException {
        AwsBasicCredentials credentials = AwsBasicCredentials.create("user", "secret");
        Path orders = CommandRun.GOLDEN_SEGMENTS.resolve("orders");
        try (S3Client client = S3Client.builder()
                        .endpointOverride(endpoint)
                        .region(Region.EU_WEST_1)
                        .forcePathStyle(true)
                        .credentialsProvider(StaticCredentialsProvider.create(credentials))
                        .build();
                Stream<Path> files = Files.walk(orders)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = "default/orders/" + orders.relativize(file);
                client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromFile(file));
            }
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    @Test
    void fileOfTheTemplate_goesOnAfterTheOffsetOfTheGoProcessor_andLeavesItsOwn() throws Exception {
        String file = """
                s3:
                  bucket: log
                  namespace: default
                  endpoint: ${S3_ENDPOINT}
                  region: eu-west-1
                  path_style: true

                offsets:
                  backend: etcd

                http: { port: 0 } # the one thing that the test needs beside

                mappings:
                  - topic: orders
                    sink: stdout.orders
                    mode: append
                    create_table_if_missing: true
                """;
        try (LocalS3 s3 = LocalS3.start(BUCKET);
                EtcdServer etcd = EtcdServer.start();
                Client client = Client.builder().endpoints(etcd.endpoint()).build()) {
            fill(s3.endpoint());
            client.getKVClient()
                    .put(
                            bytes("processors/offsets/orders/0"),
                            bytes("{\"offset\":499,\"last_timestamp_ms\":1767225600000,\"updated_at\":1767225600000}"))
                    .get();
            Map<String, String> environment = Map.of(
                    "S3_ENDPOINT",
                    s3.endpoint().toString(),
                    "KAFSCALE_ETCD_ENDPOINTS",
                    etcd.endpoint(),
                    "AWS_ACCESS_KEY_ID",
                    "user",
                    "AWS_SECRET_ACCESS_KEY",
                    "secret");
            try (RunningService service = RunningService.start(directory, file, environment)) {
                for (int partition = 0; partition < 3; partition++) {
                    service.awaitMetric(
                            "kafscale_processor_last_offset{partition=\"" + partition + "\",topic=\"orders\"} 999.0");
                }
                assertThat(service.terminate()).as(service.log()).isZero();
                List<JsonNode> records =
                        service.output().stream().map(JSON::readTree).toList();
                assertThat(offsets(records, 0)).isEqualTo(range(500, 1000));
                assertThat(offsets(records, 1)).isEqualTo(range(0, 1000));
                assertThat(offsets(records, 2)).isEqualTo(range(0, 1000));
            }
            JsonNode left = JSON.readTree(client.getKVClient()
                    .get(bytes("processors/offsets/orders/0"))
                    .get()
                    .getKvs()
                    .get(0)
                    .getValue()
                    .toString(UTF_8));
            assertThat(left.get("offset").asLong()).isEqualTo(999);
            assertThat(client.getKVClient()
                            .get(bytes("processors/leases/orders/0"))
                            .get()
                            .getCount())
                    .as("given back")
                    .isZero();
        }
    }

    private static List<Long> offsets(List<JsonNode> records, int partition) {
        return records.stream()
                .filter(record -> record.get("partition").asInt() == partition)
                .map(record -> record.get("offset").asLong())
                .toList();
    }

    private static List<Long> range(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }
}
