package io.kafscale.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients for S3 as the section {@code s3} says. Credentials are found as the AWS SDK finds them. */
final class S3Clients {

    /** Stores that are not Amazon's take any region, but the client wants one. */
    private static final String REGION_OF_OTHER_STORES = "us-east-1";

    private S3Clients() {}

    static S3Client open(KafscaleConfig config) throws IOException {
        Values values = config.values();
        S3ClientBuilder client = S3Client.builder().forcePathStyle(values.get(FileKeys.PATH_STYLE));
        String region = values.find(FileKeys.REGION);
        String endpoint = values.find(FileKeys.ENDPOINT);
        if (region != null) {
            client.region(Region.of(region));
        } else if (endpoint != null) {
            client.region(Region.of(REGION_OF_OTHER_STORES));
        }
        if (endpoint != null) {
            client.endpointOverride(url(config, endpoint));
        }
        try {
            return client.build();
        } catch (SdkException e) {
            throw new IOException("no AWS region is configured; say s3.region, or set AWS_REGION", e);
        }
    }

    private static URI url(KafscaleConfig config, String endpoint) throws ConfigException {
        try {
            URI uri = new URI(endpoint);
            if (uri.getScheme() != null && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, with what would be right.
        }
        throw config.problem(
                config.values().position(FileKeys.ENDPOINT), "s3.endpoint is not a URL; write it as http://host:port");
    }
}
