/**
 * Hives of the Windows registry, in files and in a kernel's memory (the format as M. Suhanov, "Windows registry file format
 * specification", and J. Norris, "The Internal Structure of the Windows Registry", describe it). A cell is named by its
 * index: in a file its place counted from the first bin, in memory what the hive's map turns into an address.
 */
package io.memflow.formats.registry;
