package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots as brokers write them. */
class BrokerSnapshotTest {

    /** What a broker of 1.6.0 or later writes. */
    static final String SINCE_1_6 = """
            {"Brokers":[{"NodeID":0,"Host":"broker-0","Port":9092,"Rack":null,"UnknownTags":{}}],"ControllerID":0,
            "Topics":[{"ErrorCode":0,"Topic":"orders","TopicID":[150,88,1,2,3,4,5,6,7,8,9,10,11,12,13,14],
              "IsInternal":false,"Partitions":[
                {"ErrorCode":0,"Partition":0,"Leader":0,"LeaderEpoch":0,"Replicas":[0],"ISR":[0],
                 "OfflineReplicas":null,"UnknownTags":{}},
                {"ErrorCode":0,"Partition":1,"Leader":0,"LeaderEpoch":0,"Replicas":[0],"ISR":[0],
                 "OfflineReplicas":null,"UnknownTags":{}}],
              "AuthorizedOperations":0,"UnknownTags":{}}],
            "ClusterName":"demo","ClusterID":"c"}""";

    /** What brokers wrote before. */
    static final String BEFORE_1_6 = """
            {"Brokers":[{"NodeID":0,"Host":"broker-0","Port":9092}],"ControllerID":0,
            "Topics":[{"ErrorCode":0,"Name":"orders","Partitions":[
                {"ErrorCode":0,"PartitionIndex":0,"LeaderID":0,"ReplicaNodes":[0],"ISRNodes":[0]},
                {"ErrorCode":0,"PartitionIndex":1,"LeaderID":0,"ReplicaNodes":[0],"ISRNodes":[0]}]}],
            "ClusterName":"demo","ClusterID":"c"}""";

    @ParameterizedTest
    @ValueSource(strings = {SINCE_1_6, BEFORE_1_6})
    void snapshot_inEitherSpelling_showsTopicsAndPartitions(String json) throws Exception {
        BrokerSnapshot snapshot = parse(json);
        assertThat(snapshot.topics()).containsExactly("orders");
        assertThat(snapshot.partitions("orders"))
                .containsExactly(new TopicPartition("orders", 0), new TopicPartition("orders", 1));
        assertThat(snapshot.partitions("payments")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Brokers\":null,\"Topics\":null}",
                "{\"Topics\":[]}",
                "{\"Topics\":[{\"ErrorCode\":3,\"Topic\":\"orders\",\"Partitions\":[{\"ErrorCode\":0,\"Partition\":0}]}]}",
                "{\"Topics\":[{\"ErrorCode\":0,\"Topic\":null,\"Partitions\":[{\"ErrorCode\":0,\"Partition\":0}]}]}",
                "{\"Topics\":[{\"ErrorCode\":0,\"Topic\":\"..\",\"Partitions\":[{\"ErrorCode\":0,\"Partition\":0}]}]}"
            })
    void snapshot_withoutAnySoundTopic_isEmpty(String json) throws Exception {
        assertThat(parse(json).topics()).isEmpty();
    }

    @Test
    void partitions_withAnErrorOrWithoutANumber_areLeftOut() throws Exception {
        BrokerSnapshot snapshot = parse("""
                {"Topics":[
                  {"Topic":"orders","Partitions":[{"Partition":7},{"ErrorCode":5,"Partition":8},{"Partition":-1},
                    {"Partition":4294967296},{"Partition":"9"},{}]},
                  {"Topic":"none","Partitions":null}]}""");
        assertThat(snapshot.partitions("orders")).containsExactly(new TopicPartition("orders", 7));
        assertThat(snapshot.topics()).containsExactly("none", "orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders", "[]", "{}", "{\"Topics\":[{\"Topic\":\"ord", "{\"Name\":\"orders\"}"})
    void whatIsNoSnapshot_isRefused(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/kafscale/topics/orders/partitions/3/next_offset, orders-3",
        "/kafscale/topics/orders/partitions/03/next_offset,",
        "/kafscale/topics/orders/partitions/3/next_offset/x,",
        "/kafscale/topics/orders/partitions/3/leader,",
        "/kafscale/topics/orders/config,",
        "/kafscale/topics/../partitions/3/next_offset,",
        "/kafscale/metadata/snapshot,"
    })
    void key_ofANextOffset_namesItsPartition(String key, String partition) {
        TopicPartition found = BrokerKeys.partitionOf(RawEtcd.bytes(key));
        assertThat(found == null ? null : found.toString()).isEqualTo(partition);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "41, 41",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, -1",
        "-1, -1",
        "'', -1",
        "forty, -1",
        "'41\n', 41"
    })
    void value_ofANextOffset_isDecimalOrNothing(String value, long offset) {
        assertThat(BrokerKeys.nextOffset(RawEtcd.bytes(value))).isEqualTo(offset);
    }

    private static BrokerSnapshot parse(String json) throws IOException {
        return BrokerSnapshot.parse(json.getBytes(UTF_8));
    }
}
