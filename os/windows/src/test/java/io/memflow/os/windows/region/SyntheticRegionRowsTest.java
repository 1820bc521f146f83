package io.memflow.os.windows.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticRegion;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Regions of synthetic machines equal what their descriptors were built with. */
class SyntheticRegionRowsTest {
    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticRegionsAreListedAscendingWithAllTheirFields(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            RegionRows rows = new RegionRows(machine.kernel());
            for (SyntheticProcess process : machine.processes()) {
                List<SyntheticRegion> truth = process.regions().stream()
                        .sorted(Comparator.comparing(SyntheticRegion::start, Long::compareUnsigned))
                        .toList();
                Listing<MemoryRegion> regions = rows.regions(process.address());
                assertThat(regions.missing()).as(process.name()).isEmpty();
                assertThat(regions.rows()).hasSameSizeAs(truth);
                for (int i = 0; i < truth.size(); i++) {
                    compare(regions.rows().get(i), truth.get(i));
                }
            }
        }
    }

    private static void compare(MemoryRegion row, SyntheticRegion truth) {
        assertThat(row.provenance().missing()).isEmpty();
        assertThat(row.start()).isEqualTo(truth.start());
        assertThat(row.end()).isEqualTo(truth.end());
        MemoryRegion.Allocation allocation = Objects.requireNonNull(row.allocation());
        assertThat(allocation.address()).isEqualTo(truth.node());
        assertThat(allocation.kind().name()).isEqualTo(truth.kind().name());
        assertThat(allocation.protection()).isEqualTo(Protection.name(truth.protection()));
        assertThat(row.file()).isEqualTo(truth.file().isEmpty() ? null : truth.file());
        assertThat(allocation.committedPages()).isEqualTo(truth.commit());
    }
}
