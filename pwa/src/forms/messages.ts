/** The words for what is wrong with a value, where the form has none of its own. Twin of `server/forms/messages.py`. */

import type { Localized } from "../shared/language";
import type { ViolationKind } from "./types";

export const MESSAGES: Readonly<Record<ViolationKind, Localized>> = {
  type: {
    vi: "Giá trị này không đúng kiểu.",
    en: "This is not the right kind of value.",
    km: "តម្លៃនេះមិនត្រឹមត្រូវទេ។",
  },
  length: {
    vi: "Nội dung quá dài (tối đa 4.000 ký tự).",
    en: "This is too long (at most 4,000 characters).",
    km: "អត្ថបទវែងពេក (យ៉ាងច្រើន 4.000 តួអក្សរ)។",
  },
  choice: {
    vi: "Lựa chọn này không có trong biểu mẫu.",
    en: "This choice is not in the form.",
    km: "ជម្រើសនេះមិនមានក្នុងទម្រង់ទេ។",
  },
  required: {
    vi: "Cần trả lời câu này.",
    en: "This needs an answer.",
    km: "ត្រូវបំពេញចម្លើយនេះ។",
  },
  constraint: {
    vi: "Giá trị này không được chấp nhận.",
    en: "This value can't be accepted.",
    km: "តម្លៃនេះមិនអាចទទួលយកបានទេ។",
  },
  count: {
    vi: "Số mục ở đây không đúng với điều biểu mẫu yêu cầu.",
    en: "There are not as many entries here as the form asks for.",
    km: "ចំនួនធាតុនៅទីនេះមិនត្រូវនឹងអ្វីដែលទម្រង់សួរទេ។",
  },
  readonly: {
    vi: "Câu này chỉ để đọc, không ghi vào được.",
    en: "This is only to be read, nothing can be written here.",
    km: "សំណួរនេះសម្រាប់អានប៉ុណ្ណោះ មិនអាចសរសេរបានទេ។",
  },
  unknown: {
    vi: "Biểu mẫu không có câu hỏi này.",
    en: "The form has no such question.",
    km: "ទម្រង់មិនមានសំណួរនេះទេ។",
  },
};
