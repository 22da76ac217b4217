package io.kafscale.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML file as nodes that know where they stand. */
final class YamlFile {

    private YamlFile() {}

    /**
     * Reads it.
     *
     * @return null when it is no YAML, or empty, which is told
     * @throws IOException when there is no such file, or it cannot be read
     */
    static @Nullable Node read(Path file, Problems problems) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("cannot read " + file + ": permission denied", e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8 text", e);
        }
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.toString()).build();
            Optional<Node> root =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
            if (root.isPresent() && !SectionReader.isNull(root.get())) {
                return root.get();
            }
            problems.add(Position.START, "the file is empty; it has to say where the segments are and where they go");
        } catch (MarkedYamlEngineException e) {
            problems.add(Position.of(e.getProblemMark()), "this is no YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(
                    Position.START,
                    "this is no YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return null;
    }
}
