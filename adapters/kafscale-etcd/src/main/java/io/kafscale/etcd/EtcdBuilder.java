package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says where etcd is and how to talk to it. Not thread safe.
 *
 * @param <B> the builder of what talks to it
 */
public abstract sealed class EtcdBuilder<B extends EtcdBuilder<B>>
        permits EtcdCheckpointStoreBuilder, EtcdTopicCatalogBuilder {

    /** How long an answer may take unless {@link #requestTimeout} says otherwise. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** Room for some 300,000 leases in the one range read of a heartbeat. */
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    private final List<URI> endpoints;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Path trustedCertificates;
    private @Nullable Path clientCertificate;
    private @Nullable Path clientKey;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;

    EtcdBuilder(String endpoint, String... more) {
        endpoints = Stream.concat(Stream.of(endpoint), Stream.of(more))
                .map(EtcdBuilder::endpoint)
                .toList();
        if (endpoints.stream().map(URI::getScheme).distinct().count() > 1) {
            throw new IllegalArgumentException("etcd endpoints have to be all http or all https: " + names());
        }
    }

    abstract B self();

    /** Signs in. The password appears in no message. */
    public B user(String name, String password) {
        this.user = name;
        this.password = password;
        return self();
    }

    /** Trusts the certificates in this PEM file instead of those Java trusts; for {@code https} endpoints. */
    public B trustedCertificates(Path pem) {
        this.trustedCertificates = pem;
        return self();
    }

    /**
     * Shows a certificate to an etcd that asks its clients for one; for {@code https} endpoints.
     *
     * @param pem the certificate, with those it is signed by
     * @param keyPem its private key, PKCS#8, without a password
     */
    public B clientCertificate(Path pem, Path keyPem) {
        this.clientCertificate = pem;
        this.clientKey = keyPem;
        return self();
    }

    /**
     * How long an answer may take before the outcome counts as unknown; {@link #DEFAULT_REQUEST_TIMEOUT} by default. It
     * should be well below the TTL.
     *
     * @throws IllegalArgumentException when it is not above 0
     */
    public B requestTimeout(Duration requestTimeout) {
        if (requestTimeout.isZero() || requestTimeout.isNegative()) {
            throw new IllegalArgumentException("a request timeout of " + requestTimeout + " is not above 0");
        }
        this.requestTimeout = requestTimeout;
        return self();
    }

    /** The connection, not yet made. */
    EtcdClient client() {
        ClientBuilder client = Client.builder()
                .endpoints(endpoints)
                // Fail at once where jetcd would wait for a dead etcd for ever; who retries, and when, is the caller's.
                .waitForReady(false)
                .connectTimeout(requestTimeout)
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                // One retry, which reads and sign-ins need when a token has run out; transactions have it for that
                // alone.
                .retryMaxAttempts(1)
                .retryDelay(20)
                .retryMaxDelay(50)
                .retryMaxDuration(requestTimeout)
                .interceptors(List.of(new RequestDeadline(requestTimeout)));
        if (user != null && password != null) {
            client.user(ByteSequence.from(user, UTF_8)).password(ByteSequence.from(password, UTF_8));
        }
        if (endpoints.get(0).getScheme().equals("https")) {
            client.sslContext(sslContext());
        } else if (trustedCertificates != null || clientCertificate != null) {
            throw new IllegalArgumentException("certificates are of no use to " + names() + ": say https");
        }
        return new EtcdClient(client, "etcd at " + names(), requestTimeout);
    }

    private SslContext sslContext() {
        try {
            SslContextBuilder ssl = GrpcSslContexts.forClient();
            if (trustedCertificates != null) {
                ssl.trustManager(trustedCertificates.toFile());
            }
            if (clientCertificate != null && clientKey != null) {
                ssl.keyManager(clientCertificate.toFile(), clientKey.toFile());
            }
            return ssl.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the certificates for " + names() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private String names() {
        return endpoints.stream().map(URI::toString).collect(Collectors.joining(", "));
    }

    private static URI endpoint(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below, without the text, which may hold a password
        }
        throw new IllegalArgumentException(
                "an etcd endpoint has the form http://host:2379 or https://host:2379; a user is set with user(…)");
    }
}
