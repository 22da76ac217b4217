package io.kafscale.testkit;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An S3 server inside this JVM, on a free port of the loopback interface, that forgets everything when it is closed.
 * Needs {@code com.adobe.testing:s3mock} on the class path.
 *
 * <p>It takes any credentials and regions, and wants buckets in the path, not in the host name. The first start in a JVM
 * takes some seconds, later ones less than one.
 */
public final class LocalS3 implements AutoCloseable {

    private final S3MockApplication server;
    private final Path files;

    private LocalS3(S3MockApplication server, Path files) {
        this.server = server;
        this.files = files;
    }

    /**
     * Starts a server.
     *
     * @param buckets there from the start
     * @throws IOException when there is no room for its files in the directory for temporary files
     */
    public static LocalS3 start(String... buckets) throws IOException {
        Path files = Files.createTempDirectory("local-s3-");
        // It takes the map for its own and changes it.
        Map<String, Object> settings = new HashMap<>();
        settings.put("http.port", 0);
        settings.put("server.port", 0);
        settings.put("server.address", "127.0.0.1");
        settings.put("silent", true);
        settings.put("com.adobe.testing.s3mock.store.root", files.toString());
        settings.put("com.adobe.testing.s3mock.store.initial-buckets", String.join(",", buckets));
        return new LocalS3(S3MockApplication.start(settings), files);
    }

    /** Where clients find it. */
    // S3Mock would rather be a process of its own; a demo that needs nothing installed has none to start.
    @SuppressWarnings("deprecation")
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getHttpPort());
    }

    /** Stops the server; what it stored is gone. */
    @Override
    public void close() throws IOException {
        server.stop();
        try (Stream<Path> all = Files.walk(files)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
