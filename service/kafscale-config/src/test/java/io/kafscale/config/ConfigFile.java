package io.kafscale.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configuration files of a test, all called {@code config.yaml} in messages. */
final class ConfigFile {

    static final String SEGMENTS = System.getProperty("kafscale.golden") + "/segments";

    private final Path path;
    private Map<String, String> environment = Map.of();
    private ClassLoader loader = ConfigFile.class.getClassLoader();

    private ConfigFile(Path path) {
        this.path = path;
    }

    static ConfigFile in(Path directory, String text) throws IOException {
        return new ConfigFile(Files.writeString(directory.resolve("config.yaml"), text));
    }

    ConfigFile with(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    ConfigFile with(ClassLoader sinks) {
        loader = sinks;
        return this;
    }

    KafscaleConfig load() throws IOException {
        return KafscaleConfig.load(path, environment, loader);
    }

    /** What is wrong in it, a line each, as {@code line:column: message}. */
    List<String> problems() {
        return lines(catchThrowableOfType(ConfigException.class, this::load));
    }

    /** The same of what only opening it shows. */
    List<String> problemsAtOpening() throws IOException {
        KafscaleConfig config = load();
        return lines(
                catchThrowableOfType(ConfigException.class, () -> config.open().close()));
    }

    private List<String> lines(ConfigException e) {
        return e.getMessage().lines().map(line -> line.replace(path + ":", "")).toList();
    }
}
