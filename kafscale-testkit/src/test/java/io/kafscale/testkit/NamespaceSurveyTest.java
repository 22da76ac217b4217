package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.discovery.SegmentLister;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What {@link SegmentLister#describeContents()} tells someone who sees no topics. */
class NamespaceSurveyTest {

    private static final String SEGMENT = "/orders/0/segment-00000000000000000000.kfs";

    private final InMemoryObjectStore store = new InMemoryObjectStore();

    @Test
    void describeContents_rightNamespace_namesItsTopics() throws IOException {
        put("prod/payments/0/segment-00000000000000000000.kfs");
        put("prod" + SEGMENT);
        put("prod/not-a-topic/readme");

        assertThat(describe("prod")).isEqualTo("under memory/prod/ are the topics orders, payments");
    }

    @Test
    void describeContents_wrongNamespace_namesThoseThatAreThere() throws IOException {
        put("default" + SEGMENT);
        put("staging/eu" + SEGMENT);

        assertThat(describe("prod"))
                .isEqualTo("no topics under memory/prod/; found instead: the namespaces \"default\", \"staging/eu\"");
    }

    @Test
    void describeContents_emptyNamespaceWhereTopicsLieDeeper_namesTheirs() throws IOException {
        put("default" + SEGMENT);

        assertThat(describe("")).isEqualTo("no topics under memory/; found instead: the namespaces \"default\"");
    }

    @Test
    void describeContents_lastPartMistyped_looksBesideIt() throws IOException {
        put("team/production" + SEGMENT);
        put("other" + SEGMENT);

        assertThat(describe("team/prod"))
                .isEqualTo("no topics under memory/team/prod/; found instead: the namespaces \"team/production\"");
    }

    @Test
    void describeContents_topicsAtTheTop_saysSoWithAnEmptyName() throws IOException {
        put(SEGMENT.substring(1));

        assertThat(describe("prod")).isEqualTo("no topics under memory/prod/; found instead: the namespaces \"\"");
    }

    @Test
    void describeContents_otherDataOnly_namesTheFolders() throws IOException {
        put("backup/monday.tar");
        put("logs/x");

        assertThat(describe("prod"))
                .isEqualTo("no topics under memory/prod/; found instead: the folders backup/, logs/, without segments");
    }

    @Test
    void describeContents_nothingAtAll_saysToCheckThePlace() throws IOException {
        assertThat(describe("prod"))
                .isEqualTo("no topics under memory/prod/; no folders in memory at all;"
                        + " check that brokers write to this place");
    }

    @Test
    void describeContents_aThousandFolders_costsFewRequests() throws IOException {
        for (int i = 0; i < 1000; i++) {
            put("ns" + i + SEGMENT);
        }

        describe("prod");
        assertThat(store.lists()).isLessThan(20);
    }

    private String describe(String namespace) throws IOException {
        return SegmentLister.create(store, namespace).describeContents();
    }

    private void put(String key) {
        store.put(key, new byte[1]);
    }
}
