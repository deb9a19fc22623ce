## 公开的单位目录
units-public-title = 单位目录 · { $service }
units-public-heading = 单位目录
units-public-link = 查单位：地址、电话、办公时间、职责
units-public-search = 找什么单位，或办什么事
units-public-search-button = 查找
units-public-none = 没有找到这样的单位。
units-public-duties = 职责
units-public-address = 地址
units-public-phone = 电话
units-public-hours = 办公时间
units-public-gone = 已不再设立的单位
units-public-followed = { $unit }：职责现由{ $successor }承担
units-public-not-followed = { $unit }：已撤销，有事请问政府办公室
units-public-unavailable = 现在查不到单位目录，请稍后再试。
