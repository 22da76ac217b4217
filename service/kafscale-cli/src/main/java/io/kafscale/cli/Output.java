package io.kafscale.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes on their way to standard output, gathered so that there are few writes. Not thread safe. */
final class Output {

    private static final int CAPACITY = 1 << 16;
    private static final int LONGEST_DECIMAL = 20;

    private final OutputStream out;
    private final byte[] buffer = new byte[CAPACITY];
    private int length;

    Output(OutputStream out) {
        this.out = out;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int from, int count) throws IOException {
        if (count > CAPACITY - length) {
            drain();
        }
        if (count > CAPACITY) {
            send(bytes, from, count);
        } else {
            System.arraycopy(bytes, from, buffer, length, count);
            length += count;
        }
    }

    void write(char ascii) throws IOException {
        if (length == CAPACITY) {
            drain();
        }
        buffer[length++] = (byte) ascii;
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(long number) throws IOException {
        if (number == Long.MIN_VALUE) { // has no opposite
            write(Long.toString(number));
            return;
        }
        if (LONGEST_DECIMAL > CAPACITY - length) {
            drain();
        }
        int end = length + LONGEST_DECIMAL;
        int at = end;
        long rest = Math.abs(number);
        do {
            buffer[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        if (number < 0) {
            buffer[--at] = '-';
        }
        System.arraycopy(buffer, at, buffer, length, end - at);
        length += end - at;
    }

    /**
     * Hands everything on.
     *
     * @throws ClosedPipeException when nobody reads it
     * @throws IOException when it cannot be written
     */
    void flush() throws IOException {
        drain();
        try {
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void drain() throws IOException {
        int count = length;
        length = 0; // even when it fails: the same bytes must not be sent twice
        send(buffer, 0, count);
    }

    private void send(byte[] bytes, int from, int count) throws IOException {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static IOException failure(IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean closed = reason.contains("Broken pipe") || reason.contains("Connection reset");
        return closed ? new ClosedPipeException(cause) : new IOException("cannot write the output: " + reason, cause);
    }
}
