package io.kafscale.torture;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Makes a sink take its time, as databases do, and slow, or has it fail, for as long as it is told to: {@code slow 400 5000} for pauses of up to 400 ms, during
 * 5 s, {@code fail 30 5000} for failures of 30 writes in 100. Thread safe.
 */
final class SinkMood {

    private record Spell(int strength, long untilNanos) {
        boolean isOver() {
            return System.nanoTime() - untilNanos > 0;
        }
    }

    private static final int CERTAIN = 100;
    private static final int USUAL_MILLIS = 150;

    private volatile Spell slow = new Spell(0, System.nanoTime());
    private volatile Spell failing = new Spell(0, System.nanoTime());

    /** Does what a line says; lines that say nothing known are refused. */
    void follow(String line) {
        String[] words = line.split(" ", -1);
        int strength = Integer.parseInt(words[1]);
        Spell spell = new Spell(strength, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[2])));
        switch (words[0]) {
            case "slow" -> slow = spell;
            case "fail" -> failing = spell;
            default -> throw new IllegalArgumentException("\"" + line + "\" is nothing a sink can do");
        }
    }

    /** Takes a while, and a longer one if this is a slow time. */
    void dawdle() throws InterruptedException {
        Spell now = slow;
        int most = now.isOver() ? USUAL_MILLIS : Math.max(USUAL_MILLIS, now.strength);
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(most + 1));
    }

    /**
     * Fails now and then, if this is a bad time.
     *
     * @param when for the message
     */
    void perhapsFail(String when) throws IOException {
        Spell now = failing;
        if (!now.isOver() && ThreadLocalRandom.current().nextInt(CERTAIN) < now.strength) {
            throw new IOException("the sink was told to fail " + when);
        }
    }
}
