## 依申请公开
disclosure-is-request =
    您要的是政府的文件、记录或数据，这属于《政府信息公开条例》规定的政府信息公开申请。
    申请要核对身份，不能在这里提交，请按下面的办法向负责的部门提出。
disclosure-unit = 看起来由{ $unit }负责。可以当面、邮寄，或在该部门公布的网上渠道提交：
disclosure-address = 地址：{ $text }
disclosure-phone = 电话：{ $text }
disclosure-hours = 办公时间：{ $text }
disclosure-form = 申请要写明（条例第二十九条）：
disclosure-form-who = 姓名或名称、身份证明、联系方式
disclosure-form-what = 要公开的信息的名称、文号，或便于查找的其他特征
disclosure-form-how = 要以什么形式得到，比如纸质、电子，以及领取方式
disclosure-period = 能当场答复的当场答复；不能的，自收到申请之日起 20 个工作日内答复，需要延长的会告知您，最多再延长 20 个工作日（条例第三十三条）。写申请有困难的，可以口头提出，由工作人员代填。
disclosure-or-question = 如果您只是想问一件事，也可以作为咨询转给{ $unit }，由工作人员答复。
disclosure-near = 也许已经公开了，请先看看：
choice-as-question = 作为咨询转给{ $unit }
