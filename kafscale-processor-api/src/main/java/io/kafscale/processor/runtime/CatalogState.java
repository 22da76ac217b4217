package io.kafscale.processor.runtime;

import io.kafscale.processor.ProcessorEvent;
import org.jspecify.annotations.Nullable;

/** Whether the brokers' catalog can be read and tells of changes; says so once when that ends, and when it is back. */
final class CatalogState {

    private final Environment env;
    private @Nullable String unreadable;
    private @Nullable String silent;

    CatalogState(Environment env) {
        this.env = env;
    }

    /** It was read, or could not be. */
    void read(@Nullable String failure) {
        String before = failure();
        unreadable = failure;
        tellIfChanged(before);
    }

    /** It tells of changes from now on: polling is only for safety. */
    void began() {
        env.expectHints(true);
        String before = failure();
        silent = null;
        tellIfChanged(before);
    }

    /** It tells of nothing any more. */
    void ended(String reason) {
        env.expectHints(false);
        String before = failure();
        silent = reason;
        tellIfChanged(before);
    }

    private @Nullable String failure() {
        return unreadable == null ? silent : unreadable;
    }

    private void tellIfChanged(@Nullable String before) {
        String now = failure();
        if (before == null && now != null) {
            env.tell(new ProcessorEvent.CatalogFailed(now));
        } else if (before != null && now == null) {
            env.tell(new ProcessorEvent.CatalogRecovered());
        }
    }
}
