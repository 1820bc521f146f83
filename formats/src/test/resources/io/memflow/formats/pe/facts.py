# Prints what pefile finds in a PE file, one fact a line, for the comparison with our reader.
import sys
import pefile

for path in sys.argv[1:]:
    print("file", path)
    try:
        pe = pefile.PE(path)
    except pefile.PEFormatError as refused:
        print("refused")
        continue
    optional = pe.OPTIONAL_HEADER
    base = optional.ImageBase
    print("header %x %x %x %x %x" % (pe.FILE_HEADER.Machine, pe.FILE_HEADER.TimeDateStamp, base,
                                     optional.SizeOfImage, optional.AddressOfEntryPoint))
    for s in pe.sections:
        name = s.Name.rstrip(b"\0").split(b"\0")[0].decode("utf-8", "replace")
        if not name.startswith("/"):
            print("section %s %x %x %x" % (name, s.VirtualAddress, s.Misc_VirtualSize or s.SizeOfRawData, s.Characteristics))
    exports = getattr(pe, "DIRECTORY_ENTRY_EXPORT", None)
    for e in sorted(exports.symbols if exports else [], key=lambda e: (e.ordinal, e.name or b"")):
        name = e.name.decode("utf-8", "replace") if e.name else ""
        forwarder = e.forwarder.decode() if e.forwarder else ""
        print("export %d %s %s" % (e.ordinal, name, forwarder or "%x" % e.address))
    for kind, entries in (("import", "DIRECTORY_ENTRY_IMPORT"), ("delayed", "DIRECTORY_ENTRY_DELAY_IMPORT")):
        for library in getattr(pe, entries, []):
            for i in library.imports:
                what = "#%d" % i.ordinal if i.import_by_ordinal else i.name.decode("utf-8", "replace") if i.name else ""
                print("%s %s %s %x" % (kind, library.dll.decode("utf-8", "replace"), what, i.address - base))
    for d in getattr(pe, "DIRECTORY_ENTRY_DEBUG", []):
        e = d.entry
        if e is not None and e.name == "CV_INFO_PDB70":
            name = e.PdbFileName.rstrip(b"\0").decode("utf-8", "replace")
            guid = "%08X-%04X-%04X-%02X%02X-%s" % (e.Signature_Data1, e.Signature_Data2, e.Signature_Data3,
                                                  e.Signature_Data4, e.Signature_Data5, "%X" % e.Signature_Data6
                                                  if isinstance(e.Signature_Data6, int)
                                                  else e.Signature_Data6.hex().upper())
            print("pdb %s %s %x" % (guid[:23], name, e.Age))
    for fixed in getattr(pe, "VS_FIXEDFILEINFO", [])[:1]:
        print("fixed %d.%d.%d.%d" % (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF,
                                     fixed.FileVersionLS >> 16, fixed.FileVersionLS & 0xFFFF))
    for infos in getattr(pe, "FileInfo", [])[:1]:
        for info in infos:
            for table in getattr(info, "StringTable", []):
                for key, value in sorted(table.entries.items()):
                    print("text %s %s=%s" % (table.LangID.decode(), key.decode("utf-8", "replace"),
                                             value.decode("utf-8", "replace").strip().replace("\n", " ")))
