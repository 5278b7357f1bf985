// In a project without C this stands for the sources of Limpet's ports, which are C.
#error "Limpet's ports are written in C: say project(... C CXX), or enable_language(C), before Limpet is looked for"
