package io.kafscale.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafscale.segment.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentKeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default/orders/0/segment-00000000000000000000.kfs",
                "default/orders/0/segment-00000000000000000000.index",
                "a/b c/d/orders.v1_x-y/2147483647/segment-00000000000000000404.kfs",
                "orders/17/segment-09223372036854775806.index",
                "12/3/segment-00000000000000000001.kfs",
                "line\nbreak/orders/0/segment-00000000000000000000.kfs"
            })
    void parse_keyOfABroker_comesBackTheSame(String key) {
        assertThat(SegmentKey.parse(key))
                .isNotNull()
                .extracting(SegmentKey::key)
                .isEqualTo(key);
    }

    @Test
    void parse_keyOfABroker_namesItsParts() {
        assertThat(SegmentKey.parse("team/prod/orders/3/segment-00000000000000000404.index"))
                .isEqualTo(new SegmentKey("team/prod", new TopicPartition("orders", 3), 404, SegmentKey.Half.INDEX));
        assertThat(SegmentKey.parse("orders/3/segment-00000000000000000404.kfs"))
                .isEqualTo(new SegmentKey("", new TopicPartition("orders", 3), 404, SegmentKey.Half.SEGMENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "default/manifest.json",
                "default/orders/0/segment-00000000000000000000.kfst",
                "default/orders/0/segment-00000000000000000000.kfs.tmp",
                "default/orders/0/segment-00000000000000000000",
                "default/orders/0/segment-0.kfs",
                "default/orders/0/segment-000000000000000000000.kfs",
                "default/orders/0/segment--0000000000000000001.kfs",
                "default/orders/0/segment-09223372036854775807.kfs",
                "default/orders/0/segment-99999999999999999999.kfs",
                "default/orders/0/segment-0000000000000000000\u0661.kfs",
                "default/orders/0/Segment-00000000000000000000.kfs",
                "default/orders/00/segment-00000000000000000000.kfs",
                "default/orders/+1/segment-00000000000000000000.kfs",
                "default/orders/-1/segment-00000000000000000000.kfs",
                "default/orders/2147483648/segment-00000000000000000000.kfs",
                "default/orders/99999999999999999999/segment-00000000000000000000.kfs",
                "default/or ders/0/segment-00000000000000000000.kfs",
                "default/../0/segment-00000000000000000000.kfs",
                "default//0/segment-00000000000000000000.kfs",
                "/orders/0/segment-00000000000000000000.kfs",
                "default/orders/segment-00000000000000000000.kfs",
                "default/orders/lfs/2026/01/31/obj-5f0c7f0e-8a3f-4f0e-9a43-0a3b1f4c2d11",
                "default/orders/0/segment-00000000000000000000.kfs\n"
            })
    void parse_anythingElse_isNull(String key) {
        assertThat(SegmentKey.parse(key)).isNull();
    }

    @Test
    void new_namespaceWithASlashAtItsEnd_saysToLeaveItOut() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SegmentKey("prod/", new TopicPartition("orders", 0), 0, SegmentKey.Half.INDEX))
                .withMessageContaining("\"prod/\"")
                .withMessageContaining("leave it out");
    }
}
