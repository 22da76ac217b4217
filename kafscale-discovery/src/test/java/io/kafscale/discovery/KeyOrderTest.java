package io.kafscale.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    private static final int[] ALPHABET = {
        '-', '/', 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
    };

    @Test
    void compare_anyTwoTexts_isAsTheirUtf8BytesCompare() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            String a = text(random);
            String b = text(random);
            assertThat(Integer.signum(ObjectStore.KEY_ORDER.compare(a, b)))
                    .as("%s against %s", a, b)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8))));
        }
    }

    private static String text(Random random) {
        int[] codePoints = random.ints(random.nextInt(4), 0, ALPHABET.length)
                .map(i -> ALPHABET[i])
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }
}
