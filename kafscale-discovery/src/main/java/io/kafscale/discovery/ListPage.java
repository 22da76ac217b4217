package io.kafscale.discovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a listing.
 *
 * @param objects in ascending order of key
 * @param prefixes the folded prefixes of a delimited request, each with its {@code /}, ascending; else empty
 * @param next asks for the page after this one, or null when this was the last
 */
public record ListPage(
        List<ObjectEntry> objects,
        List<String> prefixes,
        @Nullable ListRequest next) {

    public ListPage {
        objects = List.copyOf(objects);
        prefixes = List.copyOf(prefixes);
    }
}
