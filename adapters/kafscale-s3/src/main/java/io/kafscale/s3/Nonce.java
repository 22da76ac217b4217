package io.kafscale.s3;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** 64 random bits: what makes a write, or a member, unlike all others. */
final class Nonce {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonce() {}

    static String next() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    /** A member's id: the host's name, for people, and a nonce, so that no two are ever the same. */
    static String memberId() {
        return host() + "-" + next();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (UnknownHostException e) {
            return "host"; // a host need not have a name
        }
    }
}
