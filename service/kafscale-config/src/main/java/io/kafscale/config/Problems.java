package io.kafscale.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong in a file, so that all of it is told at once. Not thread safe. */
final class Problems {

    private final String file;
    private final List<ConfigProblem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Position at, String message) {
        found.add(new ConfigProblem(file, at.line(), at.column(), message));
    }

    void addAll(Problems others) {
        found.addAll(others.found);
    }

    /** A collector for the same file. */
    Problems another() {
        return new Problems(file);
    }

    /** Throws when there are any. */
    void raise() throws ConfigException {
        if (!found.isEmpty()) {
            throw new ConfigException(
                    found.stream().sorted(ConfigProblem.BY_POSITION).distinct().toList());
        }
    }

    int count() {
        return found.size();
    }

    boolean isEmpty() {
        return found.isEmpty();
    }
}
