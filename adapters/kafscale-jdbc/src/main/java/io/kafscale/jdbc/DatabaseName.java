package io.kafscale.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What messages call a database: its URL without anything that could be a secret. */
final class DatabaseName {

    /** {@code jdbc:}, the driver's name, and the slashes where it has them. */
    private static final Pattern SCHEME = Pattern.compile("jdbc:[A-Za-z0-9+_-]+:(?://)?");

    private static final Pattern PASSWORD = Pattern.compile("(?i)(passw(?:or)?d|pwd|secret)(\\s*[=:]\\s*)[^&;,)\\s]+");

    private DatabaseName() {}

    static String of(String product, String url) {
        return product + " at " + withoutSecrets(url);
    }

    /**
     * Cuts the parameters, and a user with a password before an {@code @}. Where it is not clear what the {@code @} belongs
     * to, or properties stand in brackets, only the driver's name is left.
     */
    static String withoutSecrets(String url) {
        Matcher matcher = SCHEME.matcher(url);
        String scheme = matcher.lookingAt() ? matcher.group() : "jdbc:";
        String place = url.split("[?;]", 2)[0];
        int at = place.lastIndexOf('@');
        boolean isUnclear = at < 0 && url.indexOf('@') >= 0;
        if (isUnclear || place.indexOf('(') >= 0 || !place.startsWith(scheme)) {
            return scheme + "…";
        }
        return at < 0 ? place : scheme + place.substring(at + 1);
    }

    /** A driver's message, in which a URL with all its properties can stand. */
    static String withoutPasswords(String message) {
        return PASSWORD.matcher(message).replaceAll("$1$2…");
    }
}
