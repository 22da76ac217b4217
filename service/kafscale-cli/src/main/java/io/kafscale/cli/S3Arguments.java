package io.kafscale.cli;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.s3.S3ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Opens places that a command is given, with the options that say how S3 is reached. */
final class S3Arguments {

    static final String S3 = "s3://";

    /** Stores that are not Amazon's take any region, but the client wants one. */
    private static final String REGION_OF_OTHER_STORES = "us-east-1";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--endpoint", paramLabel = "URL", description = "Where S3 is, when it is not Amazon's.")
    private @Nullable String endpoint;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "The bucket's region; by default that of the AWS configuration.")
    private @Nullable String region;

    @Option(names = "--path-style", description = "Put the bucket into the URL's path rather than the host name.")
    private boolean pathStyle;

    /** Whether any of the options was given. */
    boolean areGiven() {
        return endpoint != null || region != null || pathStyle;
    }

    /**
     * Opens a place.
     *
     * @param location as {@link LocationArguments} describes it
     * @throws IOException when it is not there
     */
    Location open(String location) throws IOException {
        return location.startsWith(S3) ? openBucket(location) : openPath(location);
    }

    private static Location openPath(String location) throws IOException {
        Path path;
        try {
            path = Path.of(location).toRealPath();
        } catch (InvalidPathException | IOException e) {
            throw new IOException("there is no file or directory " + location, e);
        }
        return Files.isDirectory(path) ? openDirectory(path) : new Location.SingleFile(path);
    }

    private static Location openDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        Path name = directory.getFileName();
        // The root of the file system has neither.
        FileObjectStore store = FileObjectStore.open(parent == null ? directory : parent);
        String namespace = name == null ? "" : name.toString();
        return new Location.Namespace(store, namespace, () -> DirectorySurvey.explainNothingIn(directory), () -> {});
    }

    private Location openBucket(String location) throws IOException {
        String bucketAndNamespace = location.substring(S3.length());
        int slash = bucketAndNamespace.indexOf('/');
        String bucket = slash < 0 ? bucketAndNamespace : bucketAndNamespace.substring(0, slash);
        String namespace = slash < 0 ? "" : bucketAndNamespace.substring(slash + 1);
        if (namespace.endsWith("/")) {
            namespace = namespace.substring(0, namespace.length() - 1);
        }
        if (bucket.isEmpty() || namespace.startsWith("/") || namespace.endsWith("/")) {
            throw misused(location + " is not a place in S3; give it as s3://bucket/namespace");
        }
        S3Client client = connect();
        S3ObjectStore store = S3ObjectStore.create(client, bucket);
        SegmentLister lister = SegmentLister.create(store, namespace);
        return new Location.Namespace(store, namespace, lister::describeContents, client::close);
    }

    /** A client for S3 as the options say. */
    S3Client connect() throws IOException {
        S3ClientBuilder client = S3Client.builder().forcePathStyle(pathStyle);
        if (region != null) {
            client.region(Region.of(region));
        }
        if (endpoint != null) {
            client.endpointOverride(url(endpoint));
            if (region == null) {
                client.region(Region.of(REGION_OF_OTHER_STORES));
            }
        }
        try {
            return client.build();
        } catch (SdkException e) {
            throw new IOException("no AWS region is configured; give --region, or set AWS_REGION", e);
        }
    }

    private URI url(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, with what would be right.
        }
        throw misused("--endpoint " + text + " is not a URL; give it as http://host:port");
    }

    /** Wrong usage of the command. */
    ParameterException misused(String message) {
        if (command == null) {
            throw new IllegalStateException("used outside of a command");
        }
        CommandLine line = command.commandLine();
        return new ParameterException(line, message);
    }
}
