package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.testkit.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The same data through S3. */
class S3LocationTest {

    private static LocalS3 s3;
    private static URI endpoint;

    @BeforeAll
    static void fillBucket() throws IOException {
        s3 = LocalS3.start("kafscale-data");
        endpoint = s3.endpoint();
        System.setProperty("aws.accessKeyId", "user");
        System.setProperty("aws.secretAccessKey", "secret");
        AwsBasicCredentials credentials = AwsBasicCredentials.create("user", "secret");
        try (S3Client client = S3Client.builder()
                        .endpointOverride(endpoint)
                        .region(Region.EU_WEST_1)
                        .forcePathStyle(true)
                        .credentialsProvider(StaticCredentialsProvider.create(credentials))
                        .build();
                Stream<Path> files = Files.walk(CommandRun.GOLDEN_SEGMENTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = "eu/prod/" + CommandRun.GOLDEN_SEGMENTS.relativize(file);
                client.putObject(put -> put.bucket("kafscale-data").key(key), RequestBody.fromFile(file));
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        s3.close();
    }

    @Test
    void dump_fromS3_isTheSameAsFromTheDirectory() {
        CommandRun local = CommandRun.of("dump", CommandRun.GOLDEN_SEGMENTS, "--format=jsonl", "--bytes=hex");
        CommandRun remote = run("dump", "s3://kafscale-data/eu/prod", "--format=jsonl", "--bytes=hex");
        assertThat(remote.err()).isEmpty();
        assertThat(remote.out()).isEqualTo(local.out());
    }

    @Test
    void verify_fromS3_isSound() {
        CommandRun run = run("verify", "s3://kafscale-data/eu/prod/");
        assertThat(run.lines()).last().isEqualTo("sound");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void ls_fromS3_showsWhatTheDirectoryShows() {
        assertThat(run("ls", "s3://kafscale-data/eu/prod").out())
                .isEqualTo(CommandRun.of("ls", CommandRun.GOLDEN_SEGMENTS).out());
    }

    @Test
    void offsets_withCheckpointsInS3_areReadAsTheOptionsSay() {
        String titles = "GROUP  MEMBERS  PARTITIONS  OWNED  LAG\n";
        assertThat(run("offsets", "s3://kafscale-data/eu/prod", "--checkpoints=s3://kafscale-data/groups")
                        .out())
                .isEqualTo(titles);
        CommandRun local = run(
                "offsets", CommandRun.GOLDEN_SEGMENTS.toString(), "--checkpoints=s3://kafscale-data", "--group=orders");
        assertFailed(local, "there is no group \"orders\" in ", "kafscale-data", "; there are []");
        assertFailed(
                run("offsets", "s3://kafscale-data/eu/prod", "--checkpoints=s3://"),
                "--checkpoints s3:// is not known");
    }

    @Test
    void namespace_wrong_namesTheRightOne() {
        assertFailed(
                run("ls", "s3://kafscale-data/prod"),
                "no topics under s3://kafscale-data/prod/; found instead: the namespaces \"eu/prod\"");
    }

    @Test
    void bucket_missing_isSaidInOneLine() {
        assertFailed(run("ls", "s3://other/prod"), "cannot list s3://other/prod/", "there is no bucket other");
    }

    @Test
    void endpoint_dead_isSaidInOneLine() {
        CommandRun run = CommandRun.of("ls", "s3://kafscale-data/x", "--endpoint=http://127.0.0.1:1", "--path-style");
        assertFailed(run, "http://127.0.0.1:1: no connection");
    }

    private static CommandRun run(String command, String location, String... options) {
        Object[] words = new Object[options.length + 5];
        words[0] = command;
        words[1] = location;
        words[2] = "--endpoint=" + endpoint;
        words[3] = "--region=eu-west-1";
        words[4] = "--path-style";
        System.arraycopy(options, 0, words, 5, options.length);
        return CommandRun.of(words);
    }

    private static void assertFailed(CommandRun run, String... parts) {
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("kafscale: ").contains(parts).hasLineCount(1);
    }
}
