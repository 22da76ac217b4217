package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.LossLedger;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetValueTest {

    private static final LossLedger LOSSES = new LossLedger(1, 20, 3, 4);
    private static final Checkpoint CHECKPOINT = new Checkpoint(42, 40, 7, 1_767_225_600_000L, LOSSES);

    @Test
    void of_whatWasWritten_isTheSame() throws Exception {
        assertThat(OffsetValue.of(stored(OffsetValue.toBytes(CHECKPOINT, "host-4f1c", 1))))
                .isEqualTo(new OffsetValue(CHECKPOINT, "host-4f1c"));
    }

    @Test
    void of_whatGoWrites_knowsOnlyTheOffset() throws Exception {
        assertThat(OffsetValue.of(
                        stored("{\"offset\":41,\"last_timestamp_ms\":1767225600000,\"updated_at\":1767225600000}")))
                .isEqualTo(new OffsetValue(Checkpoint.at(42), null));
    }

    @Test
    void of_anOffsetSomeoneChanged_believesItAndNotWhatDescribedTheOldOne() throws Exception {
        String edited = text(OffsetValue.toBytes(CHECKPOINT, "host-4f1c", 1)).replace("\"offset\":41", "\"offset\":9");

        assertThat(OffsetValue.of(stored(edited)))
                .isEqualTo(
                        new OffsetValue(new Checkpoint(10, Checkpoint.UNKNOWN, 7, Checkpoint.UNKNOWN, LOSSES), null));
    }

    @Test
    void of_fieldsNobodyKnows_passesOverThem() throws Exception {
        assertThat(OffsetValue.of(stored("{\"new\":{\"a\":[1]},\"offset\":41,\"other\":[{}],\"flag\":true,\"x\":null}"))
                        .checkpoint())
                .isEqualTo(Checkpoint.at(42));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "forty-one",
                "41",
                "[]",
                "{}",
                "{\"offset\":\"41\"}",
                "{\"offset\":4.5}",
                "{\"offset\":-2}",
                "{\"offset\":9223372036854775807}",
                "{\"offset\":9223372036854775808}",
                "{\"offset\":41",
                "{\"offset\":41}{}",
                "{\"offset\":41,\"offset\":42}"
            })
    void of_whatMakesNoSense_namesTheKey(String value) {
        assertThatThrownBy(() -> OffsetValue.of(stored(value)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("etcd key processors/offsets/orders/0 cannot be read")
                .hasMessageEndingWith("correct it or delete the key");
    }

    private static KeyValue stored(String value) {
        return stored(RawEtcd.bytes(value));
    }

    private static KeyValue stored(ByteSequence value) {
        return new KeyValue(
                io.etcd.jetcd.api.KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8("processors/offsets/orders/0"))
                        .setValue(ByteString.copyFrom(value.getBytes()))
                        .build(),
                ByteSequence.EMPTY);
    }

    private static String text(ByteSequence value) {
        return value.toString(UTF_8);
    }
}
