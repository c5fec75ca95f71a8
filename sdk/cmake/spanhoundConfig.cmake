include(${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake)
if(spanhound_FOUND OR NOT DEFINED spanhound_FOUND)
  include(${CMAKE_CURRENT_LIST_DIR}/spanhoundTargets.cmake)
endif()
