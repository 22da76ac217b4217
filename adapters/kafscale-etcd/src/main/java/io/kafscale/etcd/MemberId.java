package io.kafscale.etcd;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes up names for members: the host's, for people, and 64 random bits, so that no two are ever the same. */
final class MemberId {

    private static final SecureRandom RANDOM = new SecureRandom();

    private MemberId() {}

    static String next() {
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
