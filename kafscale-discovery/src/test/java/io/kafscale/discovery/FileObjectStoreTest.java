package io.kafscale.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileObjectStoreTest {

    @TempDir
    Path temporary;

    private Path root;
    private FileObjectStore store;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(temporary.resolve("root"));
        store = FileObjectStore.open(root);
    }

    @Test
    void open_missingDirectory_namesIt() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> FileObjectStore.open(root.resolve("nowhere")))
                .withMessage(root.resolve("nowhere")
                        + " is not a directory; create it, or name the one that holds the namespaces");
    }

    @Test
    void list_directoryGoneSinceOpened_isAnErrorAndNotEmpty() throws IOException {
        Files.delete(root);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.list(ListRequest.of("ns/topic/")))
                .withMessageContaining("is gone");
    }

    @Test
    void list_fileThatBeginsWithADot_isNotShownButSuchAFolderIs() throws IOException {
        put("ns/.unfinished");
        put("ns/.topic/0/a");
        put("ns/b");

        assertThat(keys("")).containsExactly("ns/.topic/0/a", "ns/b");
    }

    @Test
    void list_symbolicLinks_areNotFollowed() throws IOException {
        Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(temporary.resolve("outside/secret"), "secret");
        put("ns/a");
        Files.createSymbolicLink(root.resolve("ns/folder"), temporary.resolve("outside"));
        Files.createSymbolicLink(root.resolve("ns/file"), temporary.resolve("outside/secret"));
        Files.createSymbolicLink(root.resolve("ns/loop"), root.resolve("ns"));

        assertThat(keys("")).containsExactly("ns/a");
        assertThat(keys("ns/folder/")).isEmpty();
        assertThat(store.list(ListRequest.folders("ns/")).prefixes()).isEmpty();
        for (String key : List.of("ns/file", "ns/folder/secret")) {
            ObjectEntry entry = new ObjectEntry(key, 6, "any", Instant.EPOCH);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> store.read(entry))
                    .withMessageContaining(key);
        }
    }

    @Test
    void open_directoryReachedByALink_listsIt() throws IOException {
        put("ns/a");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), root);

        assertThat(FileObjectStore.open(link).list(ListRequest.of("ns/")).objects())
                .extracting(ObjectEntry::key)
                .containsExactly("ns/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "ns/../../secret", "/etc/hostname", "ns//a", "ns/./a", "ns/", "", "a\0b"})
    void read_keyThatIsNoFileBelow_isRefused(String key) throws IOException {
        Files.writeString(temporary.resolve("secret"), "secret");
        put("ns/a");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.read(new ObjectEntry(key, 6, "any", Instant.EPOCH)))
                .isNotInstanceOf(ObjectChangedException.class)
                .withMessageEndingWith("cannot be the key of a file in " + root);
    }

    @Test
    void list_prefixThatLeadsOut_isRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.list(ListRequest.of("../")))
                .withMessageContaining("cannot be the key");
    }

    @Test
    void read_fileAppendedToSinceListed_saysChanged() throws IOException {
        put("ns/a");
        ObjectEntry entry = store.list(ListRequest.of("")).objects().get(0);
        Files.writeString(root.resolve("ns/a"), "more", StandardOpenOption.APPEND);

        assertThatExceptionOfType(ObjectChangedException.class).isThrownBy(() -> store.read(entry));
    }

    @Test
    void read_sizeTooGreatForAnArray_saysToReadRanges() {
        ObjectEntry entry = new ObjectEntry("ns/a", 1L << 40, "any", Instant.EPOCH);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.read(entry))
                .withMessage(root + "/ns/a has 1099511627776 bytes, too many for one array; read it in ranges");
    }

    @Test
    void read_interruptedThread_endsAndStaysInterrupted() throws Exception {
        put("ns/a");
        ObjectEntry entry = store.list(ListRequest.of("")).objects().get(0);

        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> store.read(entry));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void list_filesThatVanishMeanwhile_areLeftOut() throws Exception {
        for (int i = 0; i < 200; i++) {
            put("ns/t/" + i + "/a");
        }
        put("ns/zz");
        AtomicBoolean done = new AtomicBoolean();
        Thread churn = new Thread(() -> {
            for (int i = 0; !done.get(); i = (i + 1) % 200) {
                Path file = root.resolve("ns/t/" + i + "/a");
                delete(file);
                delete(file.getParent());
                put("ns/t/" + i + "/a");
            }
        });
        churn.start();
        try {
            for (int i = 0; i < 200; i++) {
                assertThatCode(() -> assertThat(keys("ns/")).contains("ns/zz")).doesNotThrowAnyException();
            }
        } finally {
            done.set(true);
            churn.join();
        }
    }

    private List<String> keys(String prefix) throws IOException {
        return store.list(ListRequest.of(prefix)).objects().stream()
                .map(ObjectEntry::key)
                .toList();
    }

    private void put(String key) {
        try {
            Files.createDirectories(root.resolve(key).getParent());
            Files.writeString(root.resolve(key), key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
