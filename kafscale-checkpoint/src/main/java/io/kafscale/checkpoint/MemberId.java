package io.kafscale.checkpoint;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes up ids for members, for stores whose members name themselves: the host's name, for people, and 64 random bits, so
 * that no two are ever the same.
 *
 * <p>Thread safe.
 */
public final class MemberId {

    private static final SecureRandom RANDOM = new SecureRandom();

    private MemberId() {}

    /** An id no session ever had, such as {@code worker-7-3f9c0a5be2d41786}: a-z, A-Z, 0-9, '.', '_' and '-'. */
    public static String next() {
        return host() + "-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (UnknownHostException e) {
            return "host"; // a host need not have a name
        }
    }
}
