package io.kafscale.config;

import io.kafscale.processor.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code sink: jsonl.target}: files of JSON lines, in the directory {@code target} of {@code directory}. */
final class JsonlSinkFactory implements SinkFactory {

    static final Option<String> DIRECTORY = Option.text(
                    "directory", "Where the target's directory lies; made when it is not there.")
            .required();
    static final Option<Long> MAX_FILE_BYTES = Option.bytes(
                    "max_file_bytes", "A file that has reached this size is finished with the batch that is written.")
            .orElse(128L << 20);
    static final Option<Duration> MAX_FILE_SECONDS = Option.seconds(
                    "max_file_seconds", "A file begun so long ago is finished, also when nothing is written any more.")
            .orElse(Duration.ofMinutes(5));

    @Override
    public String type() {
        return "jsonl";
    }

    @Override
    public List<Option<?>> options() {
        return List.of(DIRECTORY, MAX_FILE_BYTES, MAX_FILE_SECONDS);
    }

    @Override
    public void validate(SinkConfig config) {
        directory(config);
    }

    @Override
    public Sink create(SinkConfig config) throws IOException {
        Path directory = directory(config);
        Files.createDirectories(directory);
        return JsonlSink.open(directory, config.get(MAX_FILE_BYTES), config.get(MAX_FILE_SECONDS));
    }

    @Override
    public String check(SinkConfig config) throws IOException {
        return Directories.checkWritable(directory(config));
    }

    private static Path directory(SinkConfig config) {
        String target = config.target();
        if (target.contains("/") || target.contains("\\") || target.equals(".") || target.equals("..")) {
            throw new IllegalArgumentException("the target is a directory's name, not a path");
        }
        try {
            return Path.of(config.get(DIRECTORY)).resolve(target);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("directory is not the name of one", e);
        }
    }
}
