package io.kafscale.torture;

import io.kafscale.testkit.S3Proxy;
import java.util.Random;

/**
 * Says what becomes of requests while S3 is at its worst. Each request's fate is chosen by a thread of its own: it does not
 * follow from the seed. Thread safe.
 */
final class S3Storm {

    private static final int CERTAIN = 100;

    private final Random dice;

    S3Storm(long seed) {
        this.dice = new Random(seed);
    }

    /** What becomes of a request, of which so many in a hundred do not fare well. */
    S3Proxy.Fault fate(int percent) {
        if (dice.nextInt(CERTAIN) >= percent) {
            return S3Proxy.Fault.NONE;
        }
        return switch (dice.nextInt(10)) {
            case 0 -> S3Proxy.Fault.LOST;
            case 1, 2 -> S3Proxy.Fault.REPLY_LOST;
            default -> S3Proxy.Fault.UNAVAILABLE;
        };
    }
}
