#include "base/file.h"

namespace spanhound {

Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(auto file, files.Open(path));
  std::string bytes(file->size_bytes(), '\0');
  RETURN_IF_ERROR(file->Read(0, bytes.size(), bytes.data()));
  return bytes;
}

Status ReplaceFile(FileSystem& files, const std::string& directory, const std::string& name,
                   std::string_view bytes) {
  const std::string path = directory + "/" + name;
  const std::string temporary = path + ".tmp";
  {
    ASSIGN_OR_RETURN(auto file, files.Create(temporary));
    RETURN_IF_ERROR(file->Append(bytes));
    RETURN_IF_ERROR(file->Sync());
  }
  RETURN_IF_ERROR(files.Rename(temporary, path));
  return files.SyncDirectory(directory);
}

}  // namespace spanhound
