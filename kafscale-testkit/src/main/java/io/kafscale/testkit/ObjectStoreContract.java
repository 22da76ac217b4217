package io.kafscale.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ObjectStore} must do. Extend it, say how to open an empty store and how to put and delete in it, and
 * JUnit runs it. No key it uses is also another key's folder, so that stores made of directories can take part.
 */
public abstract class ObjectStoreContract {

    private static final int LARGE_PAGE = 1000;

    private ObjectStore store;

    /**
     * Opens a store in which there is nothing yet; {@link #put} and {@link #delete} then mean this one.
     *
     * @param pageSize how many keys and folders a page is to hold at most, up to 1000
     */
    protected abstract ObjectStore openEmpty(int pageSize) throws Exception;

    /** Puts an object, or another in its place, at once and as a whole. */
    protected abstract void put(String key, byte[] content) throws Exception;

    /** Deletes an object. */
    protected abstract void delete(String key) throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = openEmpty(LARGE_PAGE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void list_emptyStore_isEmptyAndEnds() throws Exception {
        ListPage nothing = new ListPage(List.of(), List.of(), null);

        assertThat(store.list(ListRequest.of(""))).isEqualTo(nothing);
        assertThat(store.list(ListRequest.folders("no/such/folder/"))).isEqualTo(nothing);
    }

    @Test
    void list_object_showsSizeEtagAndTime() throws Exception {
        Instant before = Instant.now();
        put("a/b", "12345".getBytes(UTF_8));

        ObjectEntry entry = entry("a/b");
        assertThat(entry.size()).isEqualTo(5);
        assertThat(entry.etag()).isNotEmpty();
        assertThat(entry.lastModified()).isBetween(before.minusSeconds(5), before.plusSeconds(60));
    }

    @Test
    void list_keys_areInTheOrderOfTheirUtf8Bytes() throws Exception {
        // '-' and '.' sort before '/', '0' behind it. Beyond U+FFFF UTF-16 sorts otherwise, and so does S3Mock.
        List<String> ordered =
                List.of("A", "a-b/1", "a.b", "a/1", "a/10", "a/1x/2", "a/2", "a0", "b", "\u00e4", "\u20ac");
        putShuffled(ordered);

        assertThat(keys(ListRequest.of(""))).isEqualTo(ordered);
    }

    @Test
    void list_prefix_showsOnlyKeysThatBeginWithIt() throws Exception {
        putShuffled(List.of("a-b", "a/b", "a/bc", "a/bd/e", "a/c", "ab", "b/a/b"));

        assertThat(keys(ListRequest.of("a/b"))).containsExactly("a/b", "a/bc", "a/bd/e");
        assertThat(keys(ListRequest.of("a/"))).containsExactly("a/b", "a/bc", "a/bd/e", "a/c");
        assertThat(keys(ListRequest.of("a/bcd"))).isEmpty();
    }

    @Test
    void list_startAfter_showsOnlyWhatSortsBehindIt() throws Exception {
        putShuffled(List.of("a/1", "a/3", "a/5/x", "a/5/y", "a/6", "b/1"));
        ListRequest request = ListRequest.of("a/");

        assertThat(keys(request.after("a/3"))).containsExactly("a/5/x", "a/5/y", "a/6");
        assertThat(keys(request.after("a/2"))).startsWith("a/3");
        assertThat(keys(request.after("a/5/x"))).containsExactly("a/5/y", "a/6");
        assertThat(keys(request.after("a/6"))).isEmpty();
        assertThat(keys(request.after("A"))).hasSize(5);
    }

    @Test
    void list_delimited_foldsWhatLiesDeeper() throws Exception {
        putShuffled(List.of("n/file", "n/orders-dlq/0/s", "n/orders/0/s", "n/orders/0/t", "n/orders/1/s", "m/x/y"));

        ListPage page = store.list(ListRequest.folders("n/"));
        assertThat(page.prefixes()).containsExactly("n/orders-dlq/", "n/orders/");
        assertThat(page.objects()).extracting(ObjectEntry::key).containsExactly("n/file");
        assertThat(store.list(ListRequest.folders("")).prefixes()).containsExactly("m/", "n/");
    }

    @Test
    void list_moreThanAPage_goesOnWhereThePageEnded() throws Exception {
        store = openEmpty(3);
        List<String> all = IntStream.range(10, 20).mapToObj(i -> "a/" + i).toList();
        putShuffled(all);

        assertThat(keys(ListRequest.of("a/"))).isEqualTo(all);
        assertThat(keys(ListRequest.of("a/").after("a/12"))).isEqualTo(all.subList(3, 10));
        assertThat(store.list(ListRequest.of("a/")).objects()).hasSize(3);
        assertThat(store.list(ListRequest.of("a/").after("a/16")).next()).isNull();
    }

    @Test
    void list_moreFoldersThanAPage_showsEachOnce() throws Exception {
        store = openEmpty(2);
        putShuffled(List.of("a/x", "a/y", "a/z", "b-/x", "b/x", "b/y", "c/x", "d", "e/f/g", "e/f/h"));

        assertThat(folders("")).containsExactly("a/", "b-/", "b/", "c/", "e/");
    }

    @Test
    void list_lastKeyOfAPageDeleted_goesOnAllTheSame() throws Exception {
        store = openEmpty(2);
        putShuffled(List.of("a/1", "a/2", "a/3", "a/4"));
        ListRequest next =
                Objects.requireNonNull(store.list(ListRequest.of("a/")).next());
        delete("a/2");

        assertThat(store.list(next).objects()).extracting(ObjectEntry::key).containsExactly("a/3", "a/4");
    }

    @Test
    void read_object_isItsBytes() throws Exception {
        byte[] large = new byte[3_000_001];
        new Random(1).nextBytes(large);
        put("large", large);
        put("empty", new byte[0]);

        assertThat(store.read(entry("large"))).isEqualTo(large);
        assertThat(store.read(entry("empty"))).isEmpty();
    }

    @Test
    void readRange_ofAnObject_fillsThatPartOfTheTargetAndNoMore() throws Exception {
        put("a", "0123456789".getBytes(UTF_8));
        ObjectEntry entry = entry("a");
        byte[] target = "..........".getBytes(UTF_8);

        store.readRange(entry, 2, target, 4, 3);
        assertThat(new String(target, UTF_8)).isEqualTo("....234...");
        store.readRange(entry, 9, target, 9, 1);
        store.readRange(entry, 0, target, 0, 1);
        store.readRange(entry, 10, target, 1, 0);
        assertThat(new String(target, UTF_8)).isEqualTo("0...234..9");
    }

    @Test
    void readRange_beyondTheObject_isRefusedByName() throws Exception {
        put("some/key", new byte[10]);
        ObjectEntry entry = entry("some/key");

        for (int[] range : new int[][] {{0, 11}, {10, 1}, {1000, 10}, {-1, 5}}) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> store.readRange(entry, range[0], new byte[20], 0, range[1]))
                    .isNotInstanceOf(ObjectChangedException.class)
                    .withMessageContaining(store.describe() + "/some/key");
        }
    }

    @Test
    void readRange_beyondTheTarget_isRefused() throws Exception {
        put("a", new byte[10]);
        ObjectEntry entry = entry("a");

        assertThatThrownBy(() -> store.readRange(entry, 0, new byte[5], 3, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void read_objectReplacedSinceListed_saysChanged() throws Exception {
        put("n/same-size", new byte[10]);
        put("n/shorter", new byte[10]);
        ObjectEntry sameSize = entry("n/same-size");
        ObjectEntry shorter = entry("n/shorter");
        put("n/same-size", "0123456789".getBytes(UTF_8));
        put("n/shorter", new byte[3]);

        assertChanged(sameSize);
        assertChanged(shorter);
        assertThat(store.read(entry("n/same-size"))).isEqualTo("0123456789".getBytes(UTF_8));
    }

    @Test
    void read_objectDeletedSinceListed_saysChanged() throws Exception {
        put("n/a", new byte[10]);
        ObjectEntry entry = entry("n/a");
        delete("n/a");

        assertChanged(entry);
    }

    @Test
    void read_intoALongerArray_isTheObject_atItsBeginning() throws Exception {
        put("n/a", "0123456789".getBytes(UTF_8));
        put("n/empty", new byte[0]);
        byte[] target = "................".getBytes(UTF_8);

        store.read(entry("n/a"), target);
        assertThat(new String(target, 0, 10, UTF_8)).isEqualTo("0123456789");
        byte[] exact = new byte[10];
        store.read(entry("n/a"), exact);
        assertThat(new String(exact, UTF_8)).isEqualTo("0123456789");
        store.read(entry("n/empty"), new byte[0]);
    }

    @Test
    void read_intoAShorterArray_isRefused() throws Exception {
        put("n/a", "0123456789".getBytes(UTF_8));
        ObjectEntry entry = entry("n/a");

        assertThatThrownBy(() -> store.read(entry, new byte[9])).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void read_intoAnArray_objectNoLongerTheOneListed_saysChanged() throws Exception {
        put("n/replaced", new byte[10]);
        put("n/longer", new byte[10]);
        put("n/shorter", new byte[10]);
        put("n/gone", new byte[10]);
        List<ObjectEntry> listed = List.of(entry("n/replaced"), entry("n/longer"), entry("n/shorter"), entry("n/gone"));
        put("n/replaced", "0123456789".getBytes(UTF_8));
        put("n/longer", new byte[11]);
        put("n/shorter", new byte[3]);
        delete("n/gone");

        for (ObjectEntry entry : listed) {
            assertThatExceptionOfType(ObjectChangedException.class)
                    .isThrownBy(() -> store.read(entry, new byte[20]))
                    .withMessageContaining(store.describe() + "/" + entry.key());
        }
    }

    @Test
    void find_object_isAsListed_withItsContentWhenThatIsSmallEnough() throws Exception {
        put("a/b", "12345".getBytes(UTF_8));
        put("a/bc", "x".getBytes(UTF_8));
        put("a/empty", new byte[0]);

        FoundObject whole = Objects.requireNonNull(store.find("a/b", 5));
        assertThat(whole.entry()).isEqualTo(entry("a/b"));
        assertThat(whole.content()).isEqualTo("12345".getBytes(UTF_8));
        for (int tooFew : new int[] {0, 4}) {
            FoundObject found = Objects.requireNonNull(store.find("a/b", tooFew));
            assertThat(found.entry()).isEqualTo(entry("a/b"));
            assertThat(found.content()).isNull();
        }
        assertThat(Objects.requireNonNull(store.find("a/empty", 5)).content()).isEmpty();
        assertThat(store.read(whole.entry())).as("its ETag is good for reading").hasSize(5);
    }

    @Test
    void find_nothingUnderThisVeryKey_isNull() throws Exception {
        put("a/b", "12345".getBytes(UTF_8));

        for (String key : List.of("a", "a/a", "a/b1", "b")) {
            assertThat(store.find(key, 10)).as(key).isNull();
            assertThat(store.find(key, 0)).as(key).isNull();
        }
        delete("a/b");
        assertThat(store.find("a/b", 10)).isNull();
    }

    @Test
    void find_objectReplacedAfterwards_isReadNoMore() throws Exception {
        put("a", "0123456789".getBytes(UTF_8));
        FoundObject found = Objects.requireNonNull(store.find("a", 10));
        put("a", "54321, and more".getBytes(UTF_8));

        assertChanged(found.entry());
    }

    private void assertChanged(ObjectEntry entry) {
        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> store.read(entry))
                .withMessageContaining(store.describe() + "/" + entry.key());
        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> store.readRange(entry, 4, new byte[6], 0, 6))
                .withMessageContaining(store.describe() + "/" + entry.key());
    }

    private void putShuffled(List<String> keys) throws Exception {
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, new Random(keys.size()));
        for (String key : shuffled) {
            put(key, key.getBytes(UTF_8));
        }
    }

    private ObjectEntry entry(String key) throws IOException {
        ObjectEntry first = store.list(ListRequest.of(key)).objects().get(0);
        assertThat(first.key()).isEqualTo(key);
        return first;
    }

    private List<String> keys(ListRequest first) throws IOException {
        return pages(first).stream()
                .flatMap(page -> page.objects().stream())
                .map(ObjectEntry::key)
                .toList();
    }

    private List<String> folders(String prefix) throws IOException {
        return pages(ListRequest.folders(prefix)).stream()
                .flatMap(page -> page.prefixes().stream())
                .toList();
    }

    private List<ListPage> pages(ListRequest first) throws IOException {
        List<ListPage> pages = new ArrayList<>();
        @Nullable ListRequest next = first;
        while (next != null) {
            ListPage page = store.list(next);
            pages.add(page);
            next = page.next();
        }
        return pages;
    }
}
