package io.kafscale.s3;

import io.kafscale.discovery.ObjectStore;
import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.ObjectStoreContract;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ObjectStoreContractTest extends ObjectStoreContract {

    private static LocalS3 server;
    private static S3Client client;

    private String bucket;

    @BeforeAll
    static void startServer() throws IOException {
        server = LocalS3.start();
        client = TestClients.builder(server.endpoint()).build();
    }

    @AfterAll
    static void stopServer() throws IOException {
        client.close();
        server.close();
    }

    @Override
    protected ObjectStore openEmpty(int pageSize) {
        bucket = "bucket-" + UUID.randomUUID();
        client.createBucket(b -> b.bucket(bucket));
        return S3ObjectStore.create(client, bucket, pageSize);
    }

    @Override
    protected void put(String key, byte[] content) {
        client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    @Override
    protected void delete(String key) {
        client.deleteObject(b -> b.bucket(bucket).key(key));
    }
}
