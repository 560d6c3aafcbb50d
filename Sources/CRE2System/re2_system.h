/* RE2's own headers are C++ and are included by the CRE2 target alone; this module carries its link flags. */
