package io.kafscale.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Options by section: a dotted name stands for a key in sections. */
final class KeyTree {

    private final Map<String, KeyTree> sections = new LinkedHashMap<>();
    private final Map<String, Option<?>> options = new LinkedHashMap<>();

    static KeyTree of(Collection<? extends Option<?>> all) {
        KeyTree root = new KeyTree();
        for (Option<?> option : all) {
            KeyTree at = root;
            String[] names = option.name().split("\\.", -1);
            for (int i = 0; i < names.length - 1; i++) {
                at = at.sections.computeIfAbsent(names[i], name -> new KeyTree());
            }
            at.options.put(names[names.length - 1], option);
        }
        return root;
    }

    @Nullable
    KeyTree section(String key) {
        return sections.get(key);
    }

    @Nullable
    Option<?> option(String key) {
        return options.get(key);
    }

    Map<String, KeyTree> sections() {
        return sections;
    }

    Map<String, Option<?>> options() {
        return options;
    }

    /** The keys that may stand here. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>(sections.keySet());
        keys.addAll(options.keySet());
        return keys;
    }

    /** The full name of a key called so, in any section below, or null. */
    @Nullable
    String pathOf(String key) {
        if (keys().contains(key)) {
            return key;
        }
        for (Map.Entry<String, KeyTree> section : sections.entrySet()) {
            String path = section.getValue().pathOf(key);
            if (path != null) {
                return section.getKey() + "." + path;
            }
        }
        return null;
    }
}
