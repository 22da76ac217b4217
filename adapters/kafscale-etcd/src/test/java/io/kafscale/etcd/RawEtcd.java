package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.util.List;

/** Looks at keys and changes them behind the store's back. */
final class RawEtcd implements AutoCloseable {

    final Client client;

    RawEtcd(String endpoint) {
        client = Client.builder().endpoints(endpoint).build();
    }

    /** The key with its revisions, or null. */
    KeyValue find(String key) throws Exception {
        List<KeyValue> found = client.getKVClient().get(bytes(key)).get().getKvs();
        return found.isEmpty() ? null : found.get(0);
    }

    /** The value, or null. */
    String get(String key) throws Exception {
        KeyValue found = find(key);
        return found == null ? null : found.getValue().toString(UTF_8);
    }

    List<String> keysUnder(String prefix) throws Exception {
        GetOption option = GetOption.builder().isPrefix(true).withKeysOnly(true).build();
        return client.getKVClient().get(bytes(prefix), option).get().getKvs().stream()
                .map(found -> found.getKey().toString(UTF_8))
                .toList();
    }

    void put(String key, String value) throws Exception {
        client.getKVClient().put(bytes(key), bytes(value)).get();
    }

    void put(String key, String value, long etcdLease) throws Exception {
        PutOption onLease = PutOption.builder().withLeaseId(etcdLease).build();
        client.getKVClient().put(bytes(key), bytes(value), onLease).get();
    }

    void delete(String key) throws Exception {
        client.getKVClient().delete(bytes(key)).get();
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
