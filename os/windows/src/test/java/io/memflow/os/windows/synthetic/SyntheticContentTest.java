package io.memflow.os.windows.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What hangs on the processes of a synthetic machine: handles, tokens, regions, objects, in every published row. */
class SyntheticContentTest {
    private static final long SEED = 20260302;

    @ParameterizedTest(name = "synthetic {0} as {1}")
    @MethodSource("io.memflow.os.windows.synthetic.SyntheticWindowsTest#machines")
    void handlesTokensRegionsAndObjectsAreWhereTheTruthSays(PublishedKernel row, WindowsArchitecture architecture) {
        try (SyntheticWindows machine =
                SyntheticWindows.builder(row, architecture, SEED).build()) {
            SyntheticReader reader = SyntheticReader.of(machine);
            for (SyntheticProcess process : machine.processes()) {
                assertThat(type(machine, reader, process.address())).isEqualTo("Process");
                token(machine, reader, process);
                if (process.objectTable() != 0) {
                    handles(machine, reader, process);
                }
                if (process.hasUserSpace()) {
                    regions(reader, process);
                    parameters(reader.in(process), process);
                }
            }
            ids(machine, reader);
        }
    }

    private static String type(SyntheticWindows machine, SyntheticReader reader, long object) {
        long header = object - reader.offset("_OBJECT_HEADER", "Body");
        long type;
        if (reader.has("_OBJECT_HEADER", "TypeIndex")) {
            long index = reader.number(header, "_OBJECT_HEADER", "TypeIndex", 1);
            if (machine.row().build() >= WindowsVersion.TEN) {
                long cookie = reader.memory().readUnsigned(machine.variables().get("ObHeaderCookie"), 1);
                index ^= cookie ^ (header >> 8 & 0xFF);
            }
            type = reader.pointer(machine.variables().get("ObTypeIndexTable") + index * reader.pointerBytes());
        } else {
            type = reader.pointer(header, "_OBJECT_HEADER", "Type");
        }
        return reader.string(type + reader.offset("_OBJECT_TYPE", "Name"));
    }

    private static void token(SyntheticWindows machine, SyntheticReader reader, SyntheticProcess process) {
        long mask = reader.pointerBytes() == Long.BYTES ? 15 : 7;
        long token = reader.pointer(process.address(), "_EPROCESS", "Token") & ~mask;
        assertThat(token).isEqualTo(process.token());
        assertThat(type(machine, reader, token)).isEqualTo("Token");
        long sid = reader.pointer(reader.pointer(token, "_TOKEN", "UserAndGroups"));
        StringBuilder text = new StringBuilder("S-1-" + reader.memory().readUnsigned(sid + 7, 1));
        for (int i = 0; i < reader.memory().readUnsigned(sid + 1, 1); i++) {
            text.append('-').append(reader.memory().readUnsigned(sid + 8 + 4L * i, 4));
        }
        assertThat(text).hasToString(process.sid());
    }

    private static void handles(SyntheticWindows machine, SyntheticReader reader, SyntheticProcess process) {
        assertThat(reader.pointer(process.address(), "_EPROCESS", "ObjectTable"))
                .isEqualTo(process.objectTable());
        assertThat(reader.tagBefore(process.objectTable())).isEqualTo("Obtb");
        long body = reader.offset("_OBJECT_HEADER", "Body");
        for (SyntheticHandle handle : process.handles()) {
            long object = entry(machine, reader, process.objectTable(), handle.value()) + body;
            assertThat(object).isEqualTo(handle.object());
            assertThat(type(machine, reader, object)).isEqualTo(handle.type());
        }
    }

    private static void ids(SyntheticWindows machine, SyntheticReader reader) {
        long table = reader.pointer(machine.variables().get("PspCidTable"));
        assertThat(table).isEqualTo(machine.kernel().anchors().cidTable());
        for (SyntheticProcess process : machine.processes()) {
            assertThat(entry(machine, reader, table, process.id())).isEqualTo(process.address());
            for (SyntheticThread thread : process.threads()) {
                assertThat(entry(machine, reader, table, thread.id())).isEqualTo(thread.address());
                assertThat(type(machine, reader, thread.address())).isEqualTo("Thread");
            }
        }
    }

    /** What the entry of a handle points to. */
    private static long entry(SyntheticWindows machine, SyntheticReader reader, long table, long handle) {
        long code = reader.pointer(table, "_HANDLE_TABLE", "TableCode");
        long bytes = 2L * reader.pointerBytes();
        long perPage = 4096 / bytes;
        long index = handle / 4;
        long page = code & -4;
        if ((code & 3) == 1) {
            page = reader.pointer(page + index / perPage * reader.pointerBytes());
            index %= perPage;
        }
        long value = reader.pointer(page + index * bytes);
        int build = machine.row().build();
        if (build < WindowsVersion.EIGHT || reader.pointerBytes() == Integer.BYTES) {
            return value & -8;
        }
        return value >> (build < WindowsVersion.EIGHT_ONE ? 23 : 20) << 4;
    }

    private static void regions(SyntheticReader reader, SyntheticProcess process) {
        boolean isTable = reader.kernel().layout().types().size("_MM_AVL_TABLE").isPresent();
        boolean isNamed = reader.has("_MMVAD_SHORT", "LeftChild");
        long width = reader.pointerBytes();
        long left = isNamed ? reader.offset("_MMVAD_SHORT", "LeftChild") : isTable ? width : 0;
        long right = isNamed ? reader.offset("_MMVAD_SHORT", "RightChild") : isTable ? 2 * width : width;
        long root = process.address() + reader.offset("_EPROCESS", "VadRoot");
        List<Long> nodes = new ArrayList<>();
        inOrder(reader, reader.pointer(isTable ? root + right : root), left, right, nodes);
        assertThat(nodes)
                .containsExactlyElementsOf(
                        process.regions().stream().map(SyntheticRegion::node).toList());
        for (SyntheticRegion region : process.regions()) {
            assertThat(reader.tagBefore(region.node()))
                    .isEqualTo(region.kind() == SyntheticRegion.Kind.PRIVATE ? "VadS" : "Vad ");
            if (!region.file().isEmpty()) {
                assertThat(file(reader, region.node())).isEqualTo(region.file());
            }
        }
        for (int i = 1; i < process.regions().size(); i++) {
            assertThat(process.regions().get(i).start())
                    .isGreaterThanOrEqualTo(process.regions().get(i - 1).end());
        }
    }

    private static String file(SyntheticReader reader, long node) {
        long area = reader.has("_MMVAD", "Subsection")
                ? reader.pointer(reader.pointer(node, "_MMVAD", "Subsection"), "_SUBSECTION", "ControlArea")
                : reader.pointer(node, "_MMVAD", "ControlArea");
        long mask = reader.pointerBytes() == Long.BYTES ? 15 : 7;
        long file = reader.pointer(area, "_CONTROL_AREA", "FilePointer") & ~mask;
        return "\\Device\\HarddiskVolume2" + reader.string(file + reader.offset("_FILE_OBJECT", "FileName"));
    }

    private static void inOrder(SyntheticReader reader, long node, long left, long right, List<Long> nodes) {
        if (node != 0) {
            inOrder(reader, reader.pointer(node + left), left, right, nodes);
            nodes.add(node);
            inOrder(reader, reader.pointer(node + right), left, right, nodes);
        }
    }

    private static void parameters(SyntheticReader reader, SyntheticProcess process) {
        String name = "_RTL_USER_PROCESS_PARAMETERS";
        long at = reader.pointer(process.peb(), "_PEB", "ProcessParameters");
        assertThat(reader.string(at + reader.offset(name, "CommandLine")))
                .isEqualTo(process.parameters().commandLine());
        assertThat(reader.string(at + reader.offset(name, "ImagePathName")))
                .isEqualTo(process.parameters().imagePath());
        assertThat(reader.string(reader.pointer(process.address(), "_EPROCESS", "SeAuditProcessCreationInfo")))
                .isEqualTo(process.devicePath());
    }
}
