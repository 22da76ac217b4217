package io.kafscale.discovery;

import org.jspecify.annotations.Nullable;

/**
 * Which keys to list.
 *
 * @param prefix only keys that begin with it
 * @param startAfter only keys that sort after it; empty for all
 * @param delimited whether keys are folded at the next {@code /} after the prefix into {@link ListPage#prefixes()}
 * @param continuation the store's own mark of where the page before ended, or null for the first page
 */
public record ListRequest(
        String prefix,
        String startAfter,
        boolean delimited,
        @Nullable String continuation) {

    /** All keys that begin with {@code prefix}. */
    public static ListRequest of(String prefix) {
        return new ListRequest(prefix, "", false, null);
    }

    /** The "folders" directly under {@code prefix}. */
    public static ListRequest folders(String prefix) {
        return new ListRequest(prefix, "", true, null);
    }

    /** The same, from the first key after {@code key} on. */
    public ListRequest after(String key) {
        return new ListRequest(prefix, key, delimited, null);
    }

    /** The same, continued where a page ended. */
    public ListRequest continued(String mark) {
        return new ListRequest(prefix, startAfter, delimited, mark);
    }
}
