// The source that CMake needs to build the precompiled Catch2 header.
