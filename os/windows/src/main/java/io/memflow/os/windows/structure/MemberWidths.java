package io.memflow.os.windows.structure;

import java.util.Map;

/**
 * How many bytes members take that are no pointers. The table of published kernels has offsets only; these widths are the
 * same in all builds (public symbols of ntoskrnl). Stateless.
 */
public final class MemberWidths {
    /** Members that are neither a pointer nor as wide as one, by {@code structure.member}. */
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("_EPROCESS.ImageFileName", 15),
            Map.entry("_EPROCESS.ActiveThreads", 4),
            Map.entry("_EPROCESS.CreateTime", 8),
            Map.entry("_EPROCESS.ExitTime", 8),
            Map.entry("_EPROCESS.ExitStatus", 4),
            Map.entry("_EPROCESS.Flags", 4),
            Map.entry("_EPROCESS.Flags2", 4),
            Map.entry("_EPROCESS.Protection", 1),
            Map.entry("_KPROCESS.KernelTime", 4),
            Map.entry("_KPROCESS.UserTime", 4),
            Map.entry("_KPROCESS.ReadyTime", 4),
            Map.entry("_KTHREAD.State", 1),
            Map.entry("_KTHREAD.WaitReason", 1),
            Map.entry("_KTHREAD.Priority", 1),
            Map.entry("_KTHREAD.PreviousMode", 1),
            Map.entry("_KTHREAD.KernelTime", 4),
            Map.entry("_KTHREAD.UserTime", 4),
            Map.entry("_ETHREAD.CreateTime", 8),
            Map.entry("_ETHREAD.ExitTime", 8),
            Map.entry("_ETHREAD.ExitStatus", 4),
            Map.entry("_PEB.BeingDebugged", 1),
            Map.entry("_PEB.NumberOfHeaps", 4),
            Map.entry("_PEB.NtGlobalFlag", 4),
            Map.entry("_PEB.OSMajorVersion", 4),
            Map.entry("_PEB.OSBuildNumber", 2),
            Map.entry("_LDR_DATA_TABLE_ENTRY.SizeOfImage", 4),
            Map.entry("_LDR_DATA_TABLE_ENTRY.Flags", 4),
            Map.entry("_LDR_DATA_TABLE_ENTRY.LoadCount", 2),
            Map.entry("_LDR_DATA_TABLE_ENTRY.TimeDateStamp", 4),
            Map.entry("_LDR_DATA_TABLE_ENTRY.LoadTime", 8),
            Map.entry("_MMVAD_SHORT.StartingVpnHigh", 1),
            Map.entry("_MMVAD_SHORT.EndingVpnHigh", 1),
            Map.entry("_MMVAD_SHORT.CommitChargeHigh", 1),
            Map.entry("_SUBSECTION.PtesInSubsection", 4),
            Map.entry("_SEGMENT.SizeOfSegment", 8),
            Map.entry("_OBJECT_HEADER.TypeIndex", 1),
            Map.entry("_OBJECT_HEADER.InfoMask", 1),
            Map.entry("_OBJECT_HEADER.NameInfoOffset", 1),
            Map.entry("_OBJECT_TYPE.Key", 4),
            Map.entry("_HANDLE_TABLE.HandleCount", 4),
            Map.entry("_HANDLE_TABLE.NextHandleNeedingPool", 4),
            Map.entry("_HANDLE_TABLE_ENTRY.GrantedAccess", 4),
            Map.entry("_POOL_HEADER.PoolTag", 4),
            Map.entry("_DRIVER_OBJECT.DriverSize", 4),
            Map.entry("_TOKEN.UserAndGroupCount", 4),
            Map.entry("_TOKEN.SessionId", 4),
            Map.entry("_HHIVE.Signature", 4),
            Map.entry("_MM_SESSION_SPACE.SessionId", 4));

    private MemberWidths() {}

    /**
     * Bytes of a member.
     *
     * @param kernel whose member it is: numbers of pages in regions became 32 bits wide in 8, and have their upper byte apart since 8.1
     */
    public static int bytes(PublishedKernel kernel, int pointerBytes, String structure, String member) {
        String path = structure + "." + member;
        if (path.equals("_MMVAD_SHORT.StartingVpn") || path.equals("_MMVAD_SHORT.EndingVpn")) {
            // One lies right behind the other in all builds, so their distance is their width.
            PublishedKernel.PublishedStructure region = kernel.structures().get(structure);
            Integer first = region == null ? null : region.offsets().get("StartingVpn");
            Integer last = region == null ? null : region.offsets().get("EndingVpn");
            return first == null || last == null ? pointerBytes : last - first;
        }
        if (path.equals("_OBJECT_TYPE.Index")) {
            // A byte since the index replaced the pointer to the type in object headers.
            return kernel.build() >= WindowsVersion.SEVEN ? Byte.BYTES : Integer.BYTES;
        }
        return BYTES.getOrDefault(path, pointerBytes);
    }
}
