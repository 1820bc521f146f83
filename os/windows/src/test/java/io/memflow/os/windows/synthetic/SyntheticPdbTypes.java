package io.memflow.os.windows.synthetic;

import io.memflow.formats.synthetic.PdbTypeRecords;
import io.memflow.formats.synthetic.PdbTypeRecords.Member;
import io.memflow.os.windows.structure.MemberWidths;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The types that members of kernel structures have in public symbols of ntoskrnl, where that is not just a number or a pointer:
 * a list's head is as wide as both of its links, a name is a structure, and so on. Confined.
 */
final class SyntheticPdbTypes {
    private static final Set<String> LINKS = Set.of(
            "ActiveProcessLinks",
            "ThreadListHead",
            "ThreadListEntry",
            "HandleTableList",
            "TypeList",
            "InLoadOrderModuleList",
            "InMemoryOrderModuleList",
            "InInitializationOrderModuleList",
            "HashLinks",
            "HiveList",
            "ProcessList");
    private static final Set<String> NAMES = Set.of(
            "FullDllName",
            "BaseDllName",
            "FileName",
            "ImagePathName",
            "CommandLine",
            "DllPath",
            "WindowTitle",
            "DriverName",
            "FileUserName",
            "FileFullPath",
            "HiveRootPath");
    private static final Set<String> TIMES = Set.of("CreateTime", "ExitTime", "LoadTime");
    /** Structures that are members of others, before those. */
    private static final List<String> FIRST =
            List.of("_MMVAD_SHORT", "_HHIVE", "_MM_AVL_TABLE", "_KPROCESS", "_KTHREAD");

    private final PdbTypeRecords records;
    private final PublishedKernel kernel;
    private final int pointerBytes;
    private final int pointer;
    private final Map<String, Integer> structures = new HashMap<>();

    /** @param isNarrow whether pointers have 32 bits */
    SyntheticPdbTypes(PdbTypeRecords records, PublishedKernel kernel, boolean isNarrow) {
        this.records = records;
        this.kernel = kernel;
        pointerBytes = isNarrow ? Integer.BYTES : Long.BYTES;
        pointer = isNarrow ? PdbTypeRecords.POINTER_32 : PdbTypeRecords.POINTER_64;
        pair("_LIST_ENTRY", "Flink", "Blink");
        pair("_CLIENT_ID", "UniqueProcess", "UniqueThread");
        int buffer = records.pointer(PdbTypeRecords.UNSIGNED_16, pointerBytes);
        define(
                "_UNICODE_STRING",
                2L * pointerBytes,
                List.of(
                        new Member("Length", PdbTypeRecords.UNSIGNED_16, 0),
                        new Member("MaximumLength", PdbTypeRecords.UNSIGNED_16, 2),
                        new Member("Buffer", buffer, pointerBytes)));
        structures.put(
                "_LARGE_INTEGER",
                records.union(
                        "_LARGE_INTEGER",
                        Long.BYTES,
                        List.of(
                                new Member("LowPart", PdbTypeRecords.UNSIGNED_32, 0),
                                new Member("QuadPart", PdbTypeRecords.UNSIGNED_64, 0))));
        structures.put(
                "_EX_FAST_REF",
                records.structure(
                        "_EX_FAST_REF",
                        pointerBytes,
                        List.of(
                                new Member("Object", pointer, 0),
                                new Member(
                                        "RefCnt",
                                        records.bitField(word(), 0, pointerBytes == Long.BYTES ? 4 : 3),
                                        0))));
        define("_SE_AUDIT_PROCESS_CREATION_INFO", pointerBytes, List.of(new Member("ImageFileName", pointer, 0)));
        define(
                "_PS_PROTECTION",
                Byte.BYTES,
                List.of(
                        new Member("Level", PdbTypeRecords.UNSIGNED_8, 0),
                        new Member("Type", records.bitField(PdbTypeRecords.UNSIGNED_8, 0, 3), 0)));
        define(
                "_SEP_TOKEN_PRIVILEGES",
                3L * Long.BYTES,
                List.of(
                        new Member("Present", PdbTypeRecords.UNSIGNED_64, 0),
                        new Member("Enabled", PdbTypeRecords.UNSIGNED_64, 8),
                        new Member("EnabledByDefault", PdbTypeRecords.UNSIGNED_64, 16)));
        define(
                "_RTL_BALANCED_NODE",
                3L * pointerBytes,
                List.of(
                        new Member("Left", pointer, 0),
                        new Member("Right", pointer, pointerBytes),
                        new Member("ParentValue", word(), 2L * pointerBytes)));
        define("_RTL_AVL_TREE", pointerBytes, List.of(new Member("Root", pointer, 0)));
    }

    private int word() {
        return pointerBytes == Long.BYTES ? PdbTypeRecords.UNSIGNED_64 : PdbTypeRecords.UNSIGNED_32;
    }

    private void pair(String name, String first, String second) {
        define(
                name,
                2L * pointerBytes,
                List.of(new Member(first, pointer, 0), new Member(second, pointer, pointerBytes)));
    }

    /** The structures of a build in an order in which each comes behind those it has in itself. */
    static Set<String> order(PublishedKernel kernel) {
        Set<String> order = new LinkedHashSet<>(FIRST);
        order.addAll(new TreeSet<>(kernel.structures().keySet()));
        order.retainAll(kernel.structures().keySet());
        order.remove("_UNICODE_STRING");
        return order;
    }

    /** Writes a structure. */
    void define(String name, long bytes, List<Member> members) {
        structures.put(name, records.structure(name, bytes, members));
    }

    private int known(String name) {
        Integer type = structures.get(name);
        return type == null ? pointer : type;
    }

    /** The type of a member. */
    int type(String structure, String member) {
        if (LINKS.contains(member)) {
            return known("_LIST_ENTRY");
        }
        if (NAMES.contains(member) || (member.equals("Name") && structure.startsWith("_OBJECT"))) {
            return known("_UNICODE_STRING");
        }
        if (TIMES.contains(member)) {
            return known("_LARGE_INTEGER");
        }
        return switch (structure + "." + member) {
            case "_EPROCESS.ImageFileName" -> records.array(PdbTypeRecords.UNSIGNED_8, 15);
            case "_EPROCESS.Token" -> known("_EX_FAST_REF");
            case "_EPROCESS.SeAuditProcessCreationInfo" -> known("_SE_AUDIT_PROCESS_CREATION_INFO");
            case "_EPROCESS.Protection" -> known("_PS_PROTECTION");
            case "_EPROCESS.VadRoot" -> known(is(WindowsVersion.EIGHT_ONE) ? "_RTL_AVL_TREE" : "_MM_AVL_TABLE");
            case "_EPROCESS.ExitStatus", "_ETHREAD.ExitStatus" -> PdbTypeRecords.SIGNED_32;
            case "_ETHREAD.Cid" -> known("_CLIENT_ID");
            case "_MMVAD_SHORT.VadNode" -> known("_RTL_BALANCED_NODE");
            case "_MMVAD_SHORT.u", "_MMVAD_SHORT.u1" -> is(WindowsVersion.EIGHT) ? PdbTypeRecords.UNSIGNED_32 : word();
            case "_MMVAD.Core" -> known("_MMVAD_SHORT");
            case "_CMHIVE.Hive" -> known("_HHIVE");
            case "_TOKEN.Privileges" -> is(WindowsVersion.VISTA) ? known("_SEP_TOKEN_PRIVILEGES") : pointer;
            case "_KPROCESS.DirectoryTableBase" -> directoryTable();
            case "_HANDLE_TABLE_ENTRY.ObjectPointerBits" -> records.bitField(word(), 20, 44);
            default -> number(MemberWidths.bytes(kernel, pointerBytes, structure, member));
        };
    }

    private boolean is(int build) {
        return kernel.build() >= build;
    }

    /** Of two words on 32-bit systems until 2003, the second for the tables of hyperspace. */
    private int directoryTable() {
        boolean isPair = pointerBytes == Integer.BYTES && !is(WindowsVersion.VISTA);
        return isPair ? records.array(PdbTypeRecords.UNSIGNED_32, 2L * Integer.BYTES) : word();
    }

    private int number(int bytes) {
        return switch (bytes) {
            case Byte.BYTES -> PdbTypeRecords.UNSIGNED_8;
            case Short.BYTES -> PdbTypeRecords.UNSIGNED_16;
            case Integer.BYTES -> pointerBytes == Integer.BYTES ? pointer : PdbTypeRecords.UNSIGNED_32;
            case Long.BYTES -> pointerBytes == Long.BYTES ? pointer : PdbTypeRecords.UNSIGNED_64;
            default -> records.array(PdbTypeRecords.UNSIGNED_8, bytes);
        };
    }
}
